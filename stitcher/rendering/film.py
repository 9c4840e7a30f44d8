"""Renders a plan: encodes what must be, copies the rest, mixes the sound beside it, proves it, publishes it.

titles, effects ─┐
encoded segments ├─ in parallel, each kept in the cache ─┐
sound mix ───────┘                                       ├─ mux ─ verify ─ rename into place
copied runs ─────────────────────────────────────────────┘
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.delivery.load import load_loudness, load_preset
from stitcher.delivery.preset import Preset
from stitcher.delivery.resolve import resolve
from stitcher.media.clip import Clip
from stitcher.media.files import publish
from stitcher.one_line import shortened
from stitcher.rendering.auto_focus import with_focus_found
from stitcher.rendering.burnt_in import burnt_in_notes, with_fonts
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import EncodedFile
from stitcher.rendering.encode_segments import encode_segments
from stitcher.rendering.encoder_check import check_tools
from stitcher.rendering.excerpt import on_its_own_clock
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.mux_job import MuxJob, PacketRun, mux_job
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.rendering.output import check_target, container_for, is_packaged, locked_output
from stitcher.rendering.parameter_set_match import in_one_track, reconcile_parameter_sets
from stitcher.rendering.plan import plan as plan_segments
from stitcher.rendering.progress import FilmShare, Stage
from stitcher.rendering.segments import Copied, Plan
from stitcher.rendering.sidecars import write_sidecars
from stitcher.rendering.soundtrack import Soundtrack, make_further_tracks, make_soundtrack
from stitcher.rendering.title_notes import title_notes
from stitcher.rendering.up_to_date import film_key, is_up_to_date, remembered
from stitcher.seams.kinds import SeamFinding
from stitcher.sound.report import MixReport
from stitcher.sound.result import SoundResult
from stitcher.storyboard.choices import SoundLayout
from stitcher.storyboard.loudness import Loudness
from stitcher.timebase import FrameRange, format_timecode
from stitcher.timeline.model import Timeline
from stitcher.timeline.shot_sources import ShotSource


@dataclass(frozen=True, slots=True)
class Film:
    """What a render made."""

    paths: tuple[Path, ...]
    plan: Plan
    """As carried out."""
    copied_frames: int
    encoded_frames: int
    reused_frames: int
    """Of the encoded ones, those that came from the cache."""
    seconds: float
    """Wall time, for people."""
    sound: SoundResult | None
    notes: tuple[str, ...]
    """What a report must say."""
    stems: tuple[Path, ...] = ()
    """The stems of its sound, where they were asked for."""
    report: MixReport | None = None
    """How loud its sound is and what sounds wrong, as far as that is known; `None` for a silent film."""
    sidecars: tuple[Path, ...] = ()
    """Files beside it: captions, and the list of chapters."""
    up_to_date: bool = False
    """Whether it stood there already, as it would be made, and was left alone."""
    seam_findings: tuple[SeamFinding, ...] = ()
    """What shows of its joins and clips, accepted or not; none of a film that was never measured."""

    def __repr__(self) -> str:
        return (
            f"<Film {shortened(self.paths[0])}: {len(self.plan.shown)} frames, {self.copied_frames} copied, "
            f"{self.encoded_frames} encoded>"
        )

    @property
    def takes(self) -> tuple[ShotSource, ...]:
        """What its shots are made of, in film order: the files with their hashes, and the takes those are."""
        return self.plan.timeline.sources


def prepare(
    timeline: Timeline,
    *,
    preset: str | Preset = "master-copy",
    encoder: str | None = None,
    encoders: frozenset[str] = frozenset(),
    project: Path | None = None,
    loudness: Loudness | str | None = None,
    channels: SoundLayout | None = None,
) -> Plan:
    """The plan of a deliverable: its preset loaded and settled, its segments laid out. Opens no media.

    `encoder` asks for a hardware family (`nvenc`, …) among `encoders`, those known to work here. `loudness` counts
    before the timeline's, and that before the preset's; so do `channels` before the preset's.

    Raises `PresetError` and `PlanError`.
    """
    chosen = load_preset(preset, project=project) if isinstance(preset, str) else preset
    delivery = resolve(chosen, timeline, encoder=encoder, encoders=encoders, channels=channels)
    requested = timeline.loudness if loudness is None else loudness
    if requested is not None:
        target, insist = (
            (requested, None) if isinstance(requested, str) else (requested.target, requested.insist)
        )
        # Told now, and not when the sound is made.
        load_loudness(target, project=project)
        if delivery.sound is not None:
            delivery = replace(delivery, sound=replace(delivery.sound, loudness=target, insist=insist))
    timeline, fonts = with_fonts(timeline, delivery)
    said = (
        *timeline.notes,
        *delivery.notes,
        *fonts,
        *burnt_in_notes(timeline, delivery),
        *title_notes(timeline, delivery),
    )
    notes = tuple(dict.fromkeys(said))
    return plan_segments(timeline, replace(delivery, notes=notes))


def render(plan: Plan, out: Path, options: RenderOptions = DEFAULTS) -> Film:
    """Make the film of `plan` at `out`, whole or not at all; what was there stays until the new one is proven.

    Encoded segments are kept in a cache, so a render that was stopped, or changed in one place, makes only what is
    missing. Jobs and results of an executor can be pickled, and all its workers must see the same files.

    Raises `FfmpegMissing` for an ffmpeg that cannot make it, `OutputError`, `DiskFull`, `FfmpegFailed`, `MediaBroken`,
    `VerifyError`, and `Interrupted` when it is cancelled.
    """
    began = time.monotonic()
    out = Path(os.path.abspath(out))
    if options.progress is not None:
        options = replace(options, progress=FilmShare(_weights(plan), options.progress))
    context = RenderContext.of(options)
    check_target(plan, out, overwrite=options.overwrite)
    check_tools(plan)
    container = container_for(plan, out)
    with locked_output(out) as temp, ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        mixing = pool.submit(make_soundtrack, plan, container, context)
        try:
            plan = with_focus_found(plan, context)
            if container == "still":
                from stitcher.rendering.still_choice import with_still_chosen

                plan = with_still_chosen(plan, context)
            sources = item_sources(plan, context)
            plan = reconcile_parameter_sets(plan, sources, context)
            encoded = encode_segments(plan, sources, context)
            runs, parameter_sets = in_one_track(_runs(plan, encoded))
            sound = mixing.result()
            further = make_further_tracks(plan, container, context)
        except BaseException:
            context.stop.set()
            raise
        sounds = [] if sound is None else [sound, *(track.sound for track in further)]
        job = mux_job(plan, runs, sound, further=further, container=container, parameter_sets=parameter_sets)
        stood = False
        if is_packaged(container):
            paths = _packaged(plan, job, sounds, out=out, temp=temp, context=context)
        else:
            stood = not _write(plan, job, out, temp, context)
            paths = (out,)
        beside = write_sidecars(plan, out)
    context.prune_cache()
    context.report("finish", plan.frames, plan.frames)
    return Film(
        paths=paths,
        plan=plan,
        copied_frames=plan.copied_frames,
        encoded_frames=plan.encoded_frames,
        reused_frames=sum(file.clip.video.frames for file in encoded.values() if file.cached),
        seconds=time.monotonic() - began,
        sound=sound.result if sound else None,
        notes=tuple(
            dict.fromkeys((*plan.delivery.notes, *(note for one in sounds for note in one.result.notes)))
        ),
        sidecars=beside,
        up_to_date=stood,
    )


def _weights(plan: Plan) -> dict[Stage, float]:
    """How much work each stage of a film is beside the others: a frame encoded in the middle of a film is 1."""
    return {
        "titles": 0.3 * len(plan.encoded),
        "encode": plan.encoded_frames,
        "sound": 0.05 * plan.frames if plan.timeline.cues else 0,
        "mux": 0.01 * plan.frames,
        "check": 0.05 * plan.frames,
        "finish": 0.01 * plan.frames,
    }


def _write(plan: Plan, job: MuxJob, out: Path, temp: Path, context: RenderContext) -> bool:
    """The film at `out`, by way of `temp`; `False` where it was up to date and was not written."""
    key = film_key(job, context.verify)
    if is_up_to_date(context.cache, key, out, read=context.verify == "full"):
        return False
    # Only here: a film that stands needs nothing of what makes one.
    from stitcher.rendering.write_film import write_film

    sha256 = write_film(plan, job, temp, context)
    with remembered(context.cache, key, out, sha256):
        publish(temp, out)
    return True


def _packaged(
    plan: Plan, job: MuxJob, sounds: Sequence[Soundtrack], *, out: Path, temp: Path, context: RenderContext
) -> tuple[Path, ...]:
    """The deliverable at `out`, packaged from a film that is written to `temp`."""
    from stitcher.rendering.packaging import PackagingJob, package
    from stitcher.rendering.write_film import write_film

    write_film(plan, job, temp, context)
    timeline = on_its_own_clock(plan.timeline, plan.shown)
    return package(
        PackagingJob(
            plan.delivery,
            film=temp,
            sound=sounds[0].path if sounds else None,
            further_sounds=tuple(one.path for one in sounds[1:]),
            captions=tuple(track for track in timeline.captions if "track" in track.outputs),
            target=out,
            frames=plan.frames,
            rate=timeline.rate,
            timecode=format_timecode(timeline.start_frame, timeline.rate),
            still=plan.shown.start - plan.record_range.start,
            on_frames=context.reporter("finish", plan.frames),
            cancel=context.stop,
        )
    )


def _runs(plan: Plan, made: dict[int, EncodedFile]) -> tuple[PacketRun, ...]:
    runs = []
    for number, segment in enumerate(plan.segments):
        if isinstance(segment, Copied):
            source = plan.timeline.items[segment.item].source
            assert isinstance(source, Clip)
            runs.append(PacketRun(source, segment.packet_range))
        else:
            clip = made[number].clip
            runs.append(PacketRun(clip, FrameRange(0, clip.video.frames)))
    return tuple(runs)
