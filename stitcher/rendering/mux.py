"""Muxes (remuxes) runs of packets and one sound file into a film, in process, packet by packet.

Every run is closed: it begins with an IDR and shows exactly the pictures it holds. So the film's time stamps are
counted afresh, one frame after the other, and all runs share one reorder delay; nothing is left to what the
sources' own clocks said. Packets stream through: memory does not grow with the film.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.errors import MediaBroken, VerifyError
from stitcher.formats.colour import MATRICES, PRIMARIES, RANGES, TRANSFERS, number_of
from stitcher.formats.containers import CONTAINERS
from stitcher.media.broken_link import as_broken_link
from stitcher.media.clip import Colour
from stitcher.media.container import fraction, open_media, opened, without_analysis
from stitcher.media.decoder_config import length_size
from stitcher.media.muxing import muxing, packet_of, switch_track
from stitcher.media.renumber_sets import Renumbering
from stitcher.media.seek import opened_clip_at
from stitcher.media.subtitles import add_subtitles, set_chapters
from stitcher.rendering.context import RenderContext
from stitcher.rendering.graph import timescale
from stitcher.rendering.mux_job import Muxed, MuxJob, PacketRun
from stitcher.rendering.soundtrack import Soundtrack
from stitcher.timebase import SAMPLE_RATE

_SEEK_WORTH_PACKETS = 400
"""Skipping fewer packets than this by reading them is cheaper than seeking."""


def mux(job: MuxJob, out: Path, context: RenderContext) -> Muxed:
    """Write the film to `out` and return what was written.

    Raises `DiskFull`, `Interrupted`, `MediaBroken` when a source no longer holds what was probed, and
    `VerifyError` for anything the muxer refuses.
    """
    with muxing(out, CONTAINERS[job.container].muxer, _options(job)) as output:
        return _write(job, output, context)


def _options(job: MuxJob) -> dict[str, str]:
    if CONTAINERS[job.container].demuxer != "mov":
        return {}
    flags = "+faststart" if job.faststart else ""
    options = {
        "video_track_timescale": str(timescale(job.rate)),
        # Edit lists count in this clock; milliseconds would cut up to a thousandth of a second off the sound.
        "movie_timescale": str(SAMPLE_RATE),
    }
    if not job.edit_list:
        flags += "+negative_cts_offsets"
        options["use_editlist"] = "0"
    if flags:
        options["movflags"] = flags
    return options


def _write(job: MuxJob, output: Any, context: RenderContext) -> Muxed:
    if job.title:
        output.metadata["title"] = job.title
    stream = _video_stream(job, output)
    sounds = _sounds(job, output)
    words = [packet for track in job.captions for packet in add_subtitles(output, track)]
    set_chapters(output, _chapters(job), 1 / job.rate)
    delay = max((k - picture for run in job.runs for k, picture in enumerate(run.pictures())), default=0)
    hashes: list[str] = []
    done = 0
    # All at once: they are few and small, and the muxer puts them where they belong.
    output.mux(words)
    for run in job.runs:
        digest = hashlib.sha256()
        pictures = run.pictures()
        begin = run.packets.start + run.leading
        keys = {0} | {key.packet - begin for key in run.clip.video.keys if key.kind == "idr"}
        for index, packet in enumerate(_packets(run)):
            context.check_cancelled()
            digest.update(packet)
            packet.stream = stream
            packet.time_base = 1 / job.rate
            packet.pts = done + pictures[index]
            packet.dts = done + index - delay
            packet.duration = 1
            packet.is_keyframe = run.clip.video.intra_only or index in keys
            for sound in sounds:
                sound.up_to(done + index - delay, job.rate)
            output.mux(packet)
        hashes.append(digest.hexdigest())
        done += run.frames
        context.report("mux", done, job.frames)
    for sound in sounds:
        sound.rest()
    return Muxed(done, tuple(hashes))


def _chapters(job: MuxJob) -> list[tuple[int, int, str]]:
    """Each chapter's first frame, that after its last, and its title."""
    ends = [*(one.frame for one in job.chapters[1:]), job.frames]
    return [(one.frame, end, one.name) for one, end in zip(job.chapters, ends, strict=False)]


def _video_stream(job: MuxJob, output: Any) -> Any:
    """The film's picture stream, configured as the first run's is."""
    first = job.runs[0].clip
    with opened(first.path, first.container, options=without_analysis(first.container)) as source:
        stream = output.add_stream_from_template(source.streams[first.video.index], opaque=True)
    stream.time_base = 1 / job.rate
    stream.metadata.clear()
    if job.timecode is not None:
        stream.metadata["timecode"] = job.timecode
    context = stream.codec_context
    if first.video.decoder:
        # Matroska's word that alpha lies beside the pictures is written by this; the tag would be one among others.
        context.pix_fmt = first.video.pixel_format
    # A timecode track counts frames, and the muxer asks the codec how many there are in a second.
    context.framerate = job.rate
    if job.parameter_sets is not None:
        context.extradata = job.parameter_sets
    if job.codec_tag:
        context.codec_tag = job.codec_tag
    _tag(context, job.colour)
    return stream


def _packets(run: PacketRun) -> Iterator[Any]:
    """The run's packets, as they are written."""
    video, leading = run.clip.video, run.leading
    change = None if run.numbers is None else Renumbering(run.numbers)
    link = any(key.packet == run.packets.start and key.kind == "cra" for key in video.keys)
    for number, packet in enumerate(_own_packets(run)):
        if 0 < number <= leading:
            continue
        try:
            if number == 0 and link:
                packet = packet_of(
                    as_broken_link(bytes(packet), length_size(video.codec, video.parameter_sets))
                )
            yield packet if change is None else packet_of(change.packet(bytes(packet)))
        except ValueError as exc:
            raise VerifyError(
                f"{run.clip.name} cannot stand beside clips of other encoders: {exc}. Choose the preset "
                "copy-one-encoder."
            ) from exc


def _own_packets(run: PacketRun) -> Iterator[Any]:
    """The run's packets as its clip has them, the first known by its own stamp where it has one, so that a changed
    file cannot pass for the probed one."""
    clip, begin = run.clip, run.packets.start
    stamp = clip.video.pts[clip.video.display[begin]] if clip.packets_tell_times else None
    with opened_clip_at(clip, begin if begin > _SEEK_WORTH_PACKETS else 0) as (_, packets, first):
        for number, packet in enumerate((packet for packet in packets if packet.size), first):
            if number < begin:
                continue
            if number == begin and stamp not in (None, packet.pts):
                break
            yield packet
            if number + 1 == run.packets.stop:
                return
    raise MediaBroken(clip.path, "holds other packets than when it was probed; it was changed meanwhile.")


def _tag(context: Any, colour: Colour) -> None:
    complete = colour.filled()
    context.color_range = RANGES[complete.range or "tv"]
    context.color_primaries = number_of(complete.primaries, PRIMARIES)
    context.color_trc = number_of(complete.transfer, TRANSFERS)
    context.colorspace = number_of(complete.matrix, MATRICES)


def _sounds(job: MuxJob, output: Any) -> list[_Sound]:
    """The film's sound and its further tracks.

    Of several tracks players play the first, and let people choose another by its language. In MOV stems are all
    switched on, as an editor wants them; elsewhere that would be a choice of what players play.
    """
    if job.sound is None:
        return []
    made = [_Sound(output, job.sound)]
    made[0].label(job.sound_language, "")
    for further in job.further:
        track = _Sound(output, further.sound)
        track.label(further.language, further.name)
        track.switch(on=further.is_stem and job.container == "mov")
        made.append(track)
    if job.further:
        made[0].switch(on=True)
    return made


class _Sound:
    """The sound file's packets, handed over as the picture reaches them."""

    def __init__(self, output: Any, sound: Soundtrack) -> None:
        self._output = output
        self._source = open_media(sound.path, sound.result.container)
        self._tracks = [
            (stream, output.add_stream_from_template(stream, opaque=True))
            for stream in self._source.streams.audio
        ]
        self._by_index = {stream.index: made for stream, made in self._tracks}
        self._packets = self._source.demux([stream for stream, _ in self._tracks])
        self._next: Any = None
        self._ticks = fraction(self._tracks[0][0].time_base or Fraction(1, SAMPLE_RATE))

    def label(self, language: str, name: str) -> None:
        """Say of its tracks which language they are in, and what they are called."""
        for _, track in self._tracks:
            if language:
                track.metadata["language"] = language
            if name:
                # MP4 and MOV keep a handler's name, Matroska a title.
                track.metadata["handler_name"] = track.metadata["title"] = name

    def switch(self, *, on: bool) -> None:
        """Whether its tracks are heard without being chosen."""
        for _, track in self._tracks:
            switch_track(track, on=on)

    def up_to(self, frame: int, rate: Fraction) -> None:
        """Hand over what begins no later than a frame. Compared in whole numbers: this runs for every packet."""
        while (packet := self._peek()) is not None:
            ticks, per_frame = self._ticks, rate.denominator
            if packet.dts * ticks.numerator * rate.numerator > frame * per_frame * ticks.denominator:
                return
            self._give(packet)

    def rest(self) -> None:
        while (packet := self._peek()) is not None:
            self._give(packet)
        self._source.close()

    def _peek(self) -> Any:
        while self._next is None:
            packet = next(self._packets, None)
            if packet is None:
                return None
            if packet.dts is not None:
                self._next = packet
        return self._next

    def _give(self, packet: Any) -> None:
        self._next = None
        packet.stream = self._by_index[packet.stream.index]
        self._output.mux(packet)
