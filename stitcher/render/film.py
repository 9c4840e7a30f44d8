"""Carries a plan out: encodes what must be, copies the rest, mixes the sound beside it, proves it, publishes it.

titles, effects ─┐
encoded segments ├─ in parallel, each kept in the cache ─┐
sound mix ───────┘                                       ├─ mux ─ verify ─ rename into place
copied runs ─────────────────────────────────────────────┘
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Preset
from stitcher.delivery.resolve import INTERMEDIATE, resolve
from stitcher.errors import Interrupted, VerifyError
from stitcher.media.clip import Clip
from stitcher.media.files import publish, sha256_file, sync
from stitcher.render.agreement import agree_on_headers, is_seam, sets_of
from stitcher.render.cache import Cache
from stitcher.render.encode import Piece, encode_segment
from stitcher.render.finish import finish
from stitcher.render.footage import Footage, footage_of
from stitcher.render.job import EncodeJob, Feed
from stitcher.render.mux import Muxed, Run, mux
from stitcher.render.plan import plan as plan_segments
from stitcher.render.progress import FrameCount, Progress, Step
from stitcher.render.segments import Copied, Encoded, Plan
from stitcher.render.soundtrack import Soundtrack, make_soundtrack
from stitcher.render.spec import shown_colour
from stitcher.render.target import check_target, container_for, held
from stitcher.render.unchanged import film_key, remember, stands_already
from stitcher.render.verify import Verify, verify_film
from stitcher.sound.render import SoundResult
from stitcher.timebase import FrameRange, format_timecode
from stitcher.timeline.model import Timeline

_T = TypeVar("_T")
_LARGE_PIXELS = 2560 * 1440
_MOST_WORKERS = 4
_FINISHED_FROM_FILM = INTERMEDIATE | {"mxf", "mxf_opatom"}


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


def prepare(
    timeline: Timeline,
    *,
    preset: str | Preset = "master-copy",
    encoder: str | None = None,
    encoders: frozenset[str] = frozenset(),
    project: Path | None = None,
) -> Plan:
    """The plan of a deliverable: its preset loaded and settled, its segments laid out. Opens no media.

    `encoder` asks for a hardware family (`nvenc`, …) among `encoders`, those known to work here. Raises
    `PresetError` and `PlanError`.
    """
    found = load_preset(preset, project=project) if isinstance(preset, str) else preset
    return plan_segments(timeline, resolve(found, timeline, encoder=encoder, encoders=encoders))


def render(
    plan: Plan,
    out: Path,
    *,
    cache: Path | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    verify: Verify = "joins",
    overwrite: bool = True,
    project: Path | None = None,
) -> Film:
    """Make the film of `plan` at `out`, whole or not at all; what was there stays until the new one is proven.

    Encoded segments are kept in `cache` (the user's by default), so a render that was stopped, or changed in one
    place, makes only what is missing. `executor` runs the encode jobs; jobs and results can be pickled, and all
    workers must see the same files. Without one, threads are used, as many as the machine and the picture allow.

    Raises `OutputError`, `DiskFull`, `FfmpegFailed`, `MediaBroken`, `VerifyError`, and `Interrupted` when
    `cancel` is set.
    """
    began = time.monotonic()
    out = Path(os.path.abspath(out))
    stop = cancel or threading.Event()
    check_target(plan, out, overwrite=overwrite)
    container = container_for(plan, out)
    pieces = Cache(cache / "pieces") if cache is not None else Cache.default()
    with held(out) as temp, _beside() as beside:
        sound = beside(partial(make_soundtrack, plan, container, pieces, stop, progress, project))
        try:
            footage = footage_of(plan, pieces, progress, stop)
            plan, headers = agree_on_headers(plan, footage, pieces, stop)
            made = _encode(plan, footage, pieces, executor, progress, stop)
            runs = _runs(plan, made)
            track = sound.result()
        except BaseException:
            stop.set()
            raise
        key = film_key(plan, runs, track.sha256 if track else None, container, headers, verify)
        if container not in _FINISHED_FROM_FILM and stands_already(pieces, key, out):
            paths: tuple[Path, ...] = (out,)
        else:
            paths, sha256 = _assemble(
                plan, runs, track, temp, out, container, headers, progress, stop, verify
            )
            if container not in _FINISHED_FROM_FILM:
                remember(pieces, key, sha256)
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


def _assemble(
    plan: Plan,
    runs: Sequence[Run],
    track: Soundtrack | None,
    temp: Path,
    out: Path,
    container: str,
    headers: bytes | None,
    progress: Progress | None,
    stop: threading.Event,
    verify: Verify,
) -> tuple[tuple[Path, ...], str]:
    """Where the film is, and SHA-256 of the file that was muxed."""
    delivery, timeline = plan.delivery, plan.timeline
    finishing = container in _FINISHED_FROM_FILM
    within = ("mov" if delivery.picture.codec != "h264" else "mp4") if finishing else container
    muxed = mux(
        runs,
        temp,
        within,
        rate=timeline.rate,
        colour=shown_colour(delivery.picture),
        parameter_sets=headers,
        codec_tag=delivery.picture.codec_tag,
        sound=None if finishing or track is None else (track.path, track.result.container),
        faststart=delivery.faststart and not finishing,
        edit_list=delivery.edit_list,
        timecode=format_timecode(timeline.start_frame, timeline.rate)
        if delivery.timecode and within == "mov"
        else None,
        title=timeline.title,
        on_frames=_reporter("mux", plan.frames, progress),
        cancelled=stop.is_set,
    )
    _news(progress, "check", 0, plan.frames)
    with _beside() as beside:
        settled = beside(partial(_settle, temp))
        verify_film(plan, temp, within, runs, muxed, verify)
        sha256 = settled.result()
    _news(progress, "check", plan.frames, plan.frames)
    if not finishing:
        publish(temp, out)
        return (out,), sha256
    paths = finish(
        delivery,
        temp,
        track.path if track is not None else None,
        out,
        frames=plan.frames,
        rate=timeline.rate,
        timecode=format_timecode(timeline.start_frame, timeline.rate),
        on_frames=_reporter("finish", plan.frames, progress),
        cancel=stop,
    )
    return paths, sha256


def _settle(file: Path) -> str:
    """SHA-256 of a file, which is on the disk afterwards."""
    sha256 = sha256_file(file)
    sync(file)
    return sha256


def _encode(
    plan: Plan,
    footage: Sequence[Footage],
    cache: Cache,
    executor: Executor | None,
    progress: Progress | None,
    stop: threading.Event,
) -> dict[int, Piece]:
    """The encoded segments by their place in the plan, in the cache when this returns."""
    count = FrameCount("encode", plan.encoded_frames, progress)
    made: dict[int, Piece] = {}

    def run(numbers: Sequence[int], pool: Executor, threads: int | None) -> None:
        futures: dict[int, Future[Piece]] = {}
        for number in numbers:
            segment = plan.segments[number]
            assert isinstance(segment, Encoded)
            work = partial(encode_segment, job_of(plan, segment, footage), cache.folder, threads=threads)
            if executor is None:
                work = partial(work, on_frames=count.of(number), cancel=stop)
            futures[number] = pool.submit(work)
        try:
            for number, future in futures.items():
                made[number] = _wait(future, stop)
                count.of(number)(made[number].clip.video.frames)
        except BaseException:
            stop.set()
            for future in futures.values():
                future.cancel()
            raise

    if executor is not None:
        run([number for shift in _shifts(plan) for number in shift.segments], executor, None)
        return made
    for shift in _shifts(plan):
        pool = ThreadPoolExecutor(shift.workers, thread_name_prefix="encode")
        try:
            run(shift.segments, pool, shift.threads)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return made


@dataclass(frozen=True, slots=True)
class _Shift:
    """Encoded segments that are made at the same time, by their places in the plan."""

    segments: tuple[int, ...]
    workers: int
    threads: int | None
    """Of each worker; `None` leaves it to the encoder."""


def _shifts(plan: Plan) -> tuple[_Shift, ...]:
    """Who makes what on this machine, one shift after the other.

    An encoder of large pictures or of long pieces fills the machine on its own, and two of them double the memory.
    Short pieces of small pictures leave cores idle unless they are made side by side, on one thread each.
    """
    encoded = [n for n, segment in enumerate(plan.segments) if isinstance(segment, Encoded)]
    pixels = plan.delivery.picture.width * plan.delivery.picture.height
    if pixels >= _LARGE_PIXELS:
        return (_Shift(tuple(encoded), 1, None),)
    short = [n for n in encoded if is_seam(plan, plan.segments[n])]
    if len(short) < 2:
        return (_Shift(tuple(encoded), 1, None),)
    cores = os.cpu_count() or 1
    workers = max(1, min(cores, _MOST_WORKERS, len(short)))
    long = tuple(n for n in encoded if n not in set(short))
    side_by_side = _Shift(tuple(short), workers, max(1, cores // workers))
    return (_Shift(long, 1, None), side_by_side) if long else (side_by_side,)


def _wait(future: Future[_T], stop: threading.Event) -> _T:
    while True:
        try:
            return future.result(timeout=0.2)
        except TimeoutError:
            if stop.is_set() and not future.running():
                raise Interrupted(
                    "Stopped on request; what is finished is kept, run the same again to go on."
                ) from None
        except CancelledError:
            raise Interrupted(
                "Stopped on request; what is finished is kept, run the same again to go on."
            ) from None


def job_of(plan: Plan, segment: Encoded, footage: Sequence[Footage]) -> EncodeJob:
    """The order for one encoded segment."""
    feeds = []
    for strand in segment.strands:
        seen, item = footage[strand.item], plan.timeline.items[strand.item]
        feeds.append(
            Feed(
                clip=seen.clip,
                source_range=strand.source_range.shifted(-seen.origin),
                overlap=strand.overlap,
                transition=strand.transition,
                speed=seen.speed,
                fit=item.fit,
                conform=item.conform,
                matrix=seen.matrix,
                overlays=seen.overlays,
            )
        )
    timeline, picture = plan.timeline, plan.delivery.picture
    if picture.seam_options and is_seam(plan, segment):
        picture = replace(picture, options=picture.seam_options)
    return EncodeJob(tuple(feeds), picture, len(segment.record_range), (timeline.width, timeline.height))


def _runs(plan: Plan, made: dict[int, Piece]) -> tuple[Run, ...]:
    runs = []
    for number, segment in enumerate(plan.segments):
        if isinstance(segment, Copied):
            source = plan.timeline.items[segment.item].source
            assert isinstance(source, Clip)
            runs.append(Run(source, segment.packet_range))
        else:
            clip = made[number].clip
            runs.append(Run(clip, FrameRange(0, clip.video.frames)))
    encoded = [sets_of(made[n]) for n in sorted(made)]
    if any(sets != encoded[0] for sets in encoded) and not made[min(made)].clip.video.intra_only:
        raise VerifyError(
            f"{plan.delivery.picture.encoder} wrote different headers for segments of one film, so they cannot share "
            "a track; choose a preset with another encoder."
        )
    return tuple(runs)


@contextmanager
def _beside() -> Iterator[Callable[[Callable[[], _T]], Future[_T]]]:
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        yield pool.submit


def _reporter(stage: str, total: int, progress: Progress | None) -> Callable[[int], None]:
    return lambda done: _news(progress, stage, done, total)


def _news(progress: Progress | None, stage: str, done: int, total: int) -> None:
    if progress is not None:
        progress(Step(stage, done, total))  # type: ignore[arg-type]  # callers pass one of Stage's words


__all__ = ["Film", "Muxed", "job_of", "prepare", "render"]
