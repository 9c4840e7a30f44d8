"""Carries a plan out: encodes what must be, copies the rest, mixes the sound beside it, proves it, publishes it.

titles, effects ─┐
encoded segments ├─ in parallel, each kept in the cache ─┐
sound mix ───────┘                                       ├─ mux ─ verify ─ rename into place
copied runs ─────────────────────────────────────────────┘
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.delivery.load import load_loudness, load_preset
from stitcher.delivery.preset import Preset
from stitcher.delivery.resolve import resolve
from stitcher.errors import VerifyError
from stitcher.media.clip import Clip
from stitcher.rendering.cache import Cache
from stitcher.rendering.cancellation import Stop
from stitcher.rendering.encode import EncodedFile
from stitcher.rendering.encode_segments import encode_segments
from stitcher.rendering.encoder_check import check_tools
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.rendering.output import check_target, container_for, is_finished_from_film, locked_output
from stitcher.rendering.packet_runs import PacketRun
from stitcher.rendering.parameter_set_match import parameter_sets_of, reconcile_parameter_sets
from stitcher.rendering.plan import plan as plan_segments
from stitcher.rendering.segments import Copied, Plan
from stitcher.rendering.soundtrack import make_soundtrack
from stitcher.rendering.up_to_date import film_key, is_up_to_date, remember
from stitcher.sound.result import SoundResult
from stitcher.storyboard.loudness import Loudness
from stitcher.timebase import FrameRange
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
) -> Plan:
    """The plan of a deliverable: its preset loaded and settled, its segments laid out. Opens no media.

    `encoder` asks for a hardware family (`nvenc`, …) among `encoders`, those known to work here. `loudness` counts
    before the timeline's, and that before the preset's. Raises `PresetError` and `PlanError`.
    """
    found = load_preset(preset, project=project) if isinstance(preset, str) else preset
    delivery = resolve(found, timeline, encoder=encoder, encoders=encoders)
    wanted = Loudness(target=loudness) if isinstance(loudness, str) else loudness or timeline.loudness
    if wanted is not None:
        # Told now, and not when the sound is made.
        load_loudness(wanted.target, project=project)
        if delivery.sound is not None:
            sound = replace(delivery.sound, loudness=wanted.target, insist=wanted.insist)
            delivery = replace(delivery, sound=sound)
    notes = tuple(dict.fromkeys((*timeline.notes, *delivery.notes)))
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
    progress = options.progress
    stop = Stop(options.cancel)
    check_target(plan, out, overwrite=options.overwrite)
    check_tools(plan)
    container = container_for(plan, out)
    pieces = Cache(options.cache / "pieces") if options.cache is not None else Cache.default()
    with locked_output(out) as temp, ThreadPoolExecutor(1, thread_name_prefix="beside") as beside:
        sound = beside.submit(make_soundtrack, plan, container, pieces, stop, progress, options.project)
        try:
            if container == "still":
                from stitcher.rendering.still_choice import with_still_chosen

                plan = with_still_chosen(plan, pieces, stop)
            sources = item_sources(plan, pieces, progress, stop)
            plan, headers = reconcile_parameter_sets(plan, sources, pieces, stop)
            made = encode_segments(plan, sources, pieces, options.executor, progress, stop)
            runs = _runs(plan, made)
            track = sound.result()
        except BaseException:
            stop.set()
            raise
        key = film_key(plan, runs, track.sha256 if track else None, container, headers, options.verify)
        whole = not is_finished_from_film(container)
        if whole and is_up_to_date(pieces, key, out, read=options.verify == "full"):
            paths: tuple[Path, ...] = (out,)
        else:
            # Only here: a film that stands needs nothing of what makes one.
            from stitcher.rendering.write_film import write_film

            paths, sha256 = write_film(
                plan, runs, track, temp, out, container, headers, progress, stop, options.verify
            )
            if whole:
                remember(pieces, key, out, sha256)
    pieces.prune()
    reused = sum(piece.clip.video.frames for piece in made.values() if piece.cached)
    return Film(
        paths=paths,
        plan=plan,
        copied_frames=plan.copied_frames,
        encoded_frames=plan.encoded_frames,
        reused_frames=reused,
        seconds=time.monotonic() - began,
        sound=track.result if track else None,
        notes=tuple(dict.fromkeys((*plan.delivery.notes, *(track.result.notes if track else ())))),
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
    encoded = [parameter_sets_of(made[n]) for n in sorted(made)]
    if any(sets != encoded[0] for sets in encoded) and not made[min(made)].clip.video.intra_only:
        raise VerifyError(
            f"{plan.delivery.picture.encoder} wrote different headers for segments of one film, so they cannot share "
            "a track; choose a preset with another encoder."
        )
    return tuple(runs)
