"""What a film is muxed from, and how: packet runs, sound, container, metadata. Everything that decides its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from stitcher.captions.soft_track import SubtitleTrack, soft_track
from stitcher.delivery.spec import shown_colour
from stitcher.formats.codecs import CODECS
from stitcher.formats.containers import CONTAINERS
from stitcher.formats.languages import container_language
from stitcher.media.clip import Clip, Colour
from stitcher.media.renumber_sets import NewNumbers
from stitcher.rendering.copy_rules import leading_packets
from stitcher.rendering.excerpt import on_its_own_clock
from stitcher.rendering.output import is_packaged
from stitcher.rendering.segments import Plan
from stitcher.rendering.soundtrack import FurtherTrack, Soundtrack
from stitcher.timebase import FrameRange, format_timecode
from stitcher.timeline.model import Marker, Timeline


@dataclass(frozen=True, slots=True)
class PacketRun:
    """Packets that go into the film together: a copied run, or a whole encoded segment."""

    clip: Clip
    packets: FrameRange
    """Decode order, in the clip; those behind the first that are shown before it are left out."""
    numbers: NewNumbers | None = None
    """How its packets are written beside those of other encoders; `None` where they stay as they are."""

    @property
    def frames(self) -> int:
        """Pictures the run shows."""
        return len(self.packets) - self.leading

    @property
    def leading(self) -> int:
        """Packets behind the first that are left out."""
        return 0 if self.clip.video.intra_only else leading_packets(self.clip.video, self.packets.start)

    def pictures(self) -> tuple[int, ...]:
        """For each packet, in decode order, which picture of the run it becomes, counted from 0."""
        display = self.clip.video.display
        begin = self.packets.start + self.leading
        display = (
            *display[self.packets.start : self.packets.start + 1],
            *display[begin + 1 : self.packets.stop],
        )
        first = min(display)
        return tuple(picture - first for picture in display)


@dataclass(frozen=True, slots=True)
class MuxJob:
    """One film to be muxed."""

    runs: tuple[PacketRun, ...]
    container: str
    """`mp4`, `mov`, `mkv` or `webm`."""
    rate: Fraction
    colour: Colour
    """What the container says, as the bitstream may be silent."""
    parameter_sets: bytes | None = None
    """Decoder configuration of the film, where it is not the first run's."""
    codec_tag: str = ""
    sound: Soundtrack | None = None
    """Its streams are taken as they are."""
    sound_language: str = ""
    """As the container says it; empty where it is not known."""
    further: tuple[FurtherTrack, ...] = ()
    """Sound tracks after it, with languages as the container says them."""
    faststart: bool = True
    edit_list: bool = True
    timecode: str | None = None
    title: str = ""
    captions: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[Marker, ...] = ()

    @property
    def frames(self) -> int:
        """Pictures of the film."""
        return sum(run.frames for run in self.runs)


def mux_job(
    plan: Plan,
    runs: Sequence[PacketRun],
    sound: Soundtrack | None,
    *,
    further: tuple[FurtherTrack, ...] = (),
    container: str,
    parameter_sets: bytes | None,
) -> MuxJob:
    """The job that makes a plan's film; for a container that is packaged from one, the film it is made of."""
    delivery, timeline = plan.delivery, on_its_own_clock(plan.timeline, plan.shown)
    packaged = is_packaged(container)
    muxed_in = CODECS[delivery.picture.codec].segments if packaged else container
    timecode = format_timecode(timeline.start_frame, timeline.rate)
    return MuxJob(
        runs=tuple(runs),
        container=muxed_in,
        rate=timeline.rate,
        colour=shown_colour(delivery.picture),
        parameter_sets=parameter_sets,
        codec_tag=delivery.picture.codec_tag,
        sound=None if packaged else sound,
        sound_language=_language(timeline.language, container),
        further=()
        if packaged
        else tuple(replace(one, language=_language(one.language, container)) for one in further),
        faststart=delivery.faststart and not packaged,
        edit_list=delivery.edit_list,
        timecode=timecode if delivery.timecode and CONTAINERS[muxed_in].timecode_track else None,
        title=timeline.title,
        captions=() if packaged else soft_tracks(timeline, container),
        chapters=timeline.chapters if CONTAINERS[muxed_in].chapters and not packaged else (),
    )


def _language(tag: str, container: str) -> str:
    return container_language(tag, quicktime=container == "mov") if tag else ""


def soft_tracks(timeline: Timeline, container: str) -> tuple[SubtitleTrack, ...]:
    """The caption tracks that a film in that container has."""
    codec = CONTAINERS[container].captions
    if codec is None:
        return ()
    return tuple(
        soft_track(track, codec, timeline.rate, quicktime=container == "mov")
        for track in timeline.captions
        if "track" in track.outputs
    )


@dataclass(frozen=True, slots=True)
class Muxed:
    """What went into the film."""

    frames: int
    hashes: tuple[str, ...]
    """For each run, SHA-256 of its packets' bytes, in order."""
