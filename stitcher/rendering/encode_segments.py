"""Makes every encoded segment of a plan, some of them side by side, each kept in the cache."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from stitcher.errors import Interrupted
from stitcher.media.clip import Clip, is_large
from stitcher.media.pixel_format import pixel_format
from stitcher.media.threads import SHARED, THREADS, cores
from stitcher.pictures.stills import still_focus
from stitcher.rendering.burnt_in import CaptionPicture, caption_pictures, overlays_of
from stitcher.rendering.context import RenderContext
from stitcher.rendering.cropping import is_cropped
from stitcher.rendering.encode import EncodedFile, encode_segment
from stitcher.rendering.item_sources import ItemSource
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.rendering.laid_overlays import film_overlays, over_part
from stitcher.rendering.parameter_set_match import is_seam
from stitcher.rendering.progress import FrameCount
from stitcher.rendering.segments import Encoded, Plan, SegmentInput
from stitcher.timebase import FrameRange
from stitcher.timeline.focus import CENTRE, Focus
from stitcher.timeline.model import Item
from stitcher.timeline.picture import PictureFade, StillPicture, Title

_T = TypeVar("_T")
_MOST_WORKERS = 8
_PAIRED = frozenset({"libx264", "libx265"})
"""Encoders of which several at once were measured to gain something."""


def encode_segments(
    plan: Plan, sources: Mapping[int, ItemSource], context: RenderContext
) -> dict[int, EncodedFile]:
    """The encoded segments by their place in the plan, in the cache when this returns.

    Raises what `encode_segment` raises; the context's `stop` is set then, and nothing of ours runs on. What an executor
    has begun ends by itself.
    """
    executor, stop = context.executor, context.stop
    captions, overlays = caption_pictures(plan, context), film_overlays(plan, context)
    count = FrameCount("encode", plan.encoded_frames, context.progress)
    made: dict[int, EncodedFile] = {}

    def run(numbers: Sequence[int], pool: Executor) -> None:
        futures: dict[int, Future[EncodedFile]] = {}
        for number in numbers:
            segment = plan.segments[number]
            assert isinstance(segment, Encoded)
            job = job_of(plan, segment, sources, captions, overlays)
            work = partial(encode_segment, job, context.cache.folder)
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
        run([number for shift in _shifts(plan, context.workers) for number in shift.segments], executor)
        return made
    for shift in _shifts(plan, context.workers):
        pool = ThreadPoolExecutor(shift.workers, thread_name_prefix="encode")
        try:
            run(shift.segments, pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return made


@dataclass(frozen=True, slots=True)
class _Shift:
    """Encoded segments that are made at the same time, by their places in the plan."""

    segments: tuple[int, ...]
    workers: int


def _shifts(plan: Plan, most: int | None) -> tuple[_Shift, ...]:
    """Who makes what on this machine, `most` at a time, one shift after the other."""
    encoded = {n: segment for n, segment in enumerate(plan.segments) if isinstance(segment, Encoded)}
    beside = _is_made_beside_others(plan)
    alone = tuple(n for n, segment in encoded.items() if not beside(segment))
    together = tuple(n for n, segment in encoded.items() if beside(segment))
    shifts = (_Shift(alone, 1), _Shift(together, min(most or cores(), _MOST_WORKERS, len(together))))
    return tuple(shift for shift in shifts if shift.segments)


def _is_made_beside_others(plan: Plan) -> Callable[[Encoded], bool]:
    """Whether an encoded segment's encoder shares the machine with others, on a thread of its own. Says the plan alone:
    pictures depend on the number of threads, and must not depend on the machine.

    An encoder of large pictures or of long pieces fills the machine on its own, and two of them double the memory.
    Short pieces of small pictures leave cores idle unless they are made side by side. Where everything is encoded,
    pieces are made beside each other: while one begins or ends, the others keep the machine busy.

    The pieces of a part are made as those of the film are, so that they are the same ones.
    """
    if plan.whole is not None:
        return _is_made_beside_others(plan.whole)
    if len(plan.encoded) < 2 or _has_large_pictures(plan):
        return lambda segment: False
    if not plan.copied_frames and plan.delivery.picture.encoder in _PAIRED:
        return lambda segment: True
    several = sum(is_seam(plan, segment) for segment in plan.encoded) > 1
    return lambda segment: several and is_seam(plan, segment)


def _has_large_pictures(plan: Plan) -> bool:
    picture = plan.delivery.picture
    sources = [item.source.video for item in plan.timeline.items if isinstance(item.source, Clip)]
    return is_large(picture.width, picture.height) or any(
        is_large(video.width, video.height) for video in sources
    )


def _wait(future: Future[_T], stop: threading.Event) -> _T:
    while True:
        try:
            return future.result(timeout=0.2)
        except TimeoutError:
            if stop.is_set() and not future.running():
                raise Interrupted() from None
        except CancelledError:
            raise Interrupted() from None


def _fades_of(fades: Iterable[PictureFade], item: Item, part: SegmentInput) -> tuple[PictureFade, ...]:
    """Those of some fades that a part of an item has, by its own clock."""
    record = part.source_range.shifted(item.record_start - item.source_range.start)
    return _within(fades, record)


def _within(fades: Iterable[PictureFade], record: FrameRange) -> tuple[PictureFade, ...]:
    return tuple(
        replace(fade, record=fade.record.shifted(-record.start))
        for fade in fades
        if fade.record.intersection(record)
    )


def _overlays_of(source: ItemSource, part: SegmentInput) -> tuple[Overlay, ...]:
    """Those of an item's overlays that a part of it has; of a transparent item all, for which it is laid over black."""
    if pixel_format(source.clip.video.pixel_format).alpha:
        return source.overlays
    seen = part.source_range.shifted(-source.origin)
    return tuple(overlay for overlay in source.overlays if overlay.span.intersection(seen))


def _focus_of(plan: Plan, item: Item, part: SegmentInput, origin: int) -> Focus:
    """What of the pictures of a part of an item stays in view, by the clock of what it is decoded from.

    The middle where nothing is cropped, so that no picture depends on it.
    """
    picture = plan.delivery.picture
    size = picture.width, picture.height
    focus = item.focus
    if isinstance(item.source, Title) or not is_cropped(item, plan.timeline, size, picture.fit):
        return CENTRE
    if isinstance(item.source, StillPicture):
        film = plan.timeline.width, plan.timeline.height
        focus = still_focus(item.source, film, item.fit).mirrored(item.flip)
    return focus.within(part.source_range).shifted(-origin)


def _input(plan: Plan, part: SegmentInput, source: ItemSource, fades: tuple[PictureFade, ...]) -> EncodeInput:
    item = plan.timeline.items[part.item]
    return EncodeInput(
        clip=source.clip,
        source_range=part.source_range.shifted(-source.origin),
        overlap=part.overlap,
        transition=part.transition,
        speed=source.speed,
        fit=item.fit,
        conform=item.conform,
        matrix=source.matrix,
        retiming=source.retiming,
        look=source.look,
        flip=item.flip,
        overlays=_overlays_of(source, part),
        focus=_focus_of(plan, item, part, source.origin),
        film_fit=item.film_fit,
        fades=_fades_of(fades, item, part),
        shot=part.shot,
        drawn=source.drawn,
    )


def job_of(
    plan: Plan,
    segment: Encoded,
    sources: Mapping[int, ItemSource],
    captions: tuple[CaptionPicture, ...] = (),
    overlays: tuple[Overlay, ...] = (),
) -> EncodeJob:
    """The order for one encoded segment; `overlays` are the film's, record clock."""
    timeline, picture, record = plan.timeline, plan.delivery.picture, segment.record_range
    laid = tuple(over_part(overlay, record) for overlay in overlays if overlay.span.intersection(record))
    # What lies over the film goes with it where it fades, and stays where a shot does.
    late = tuple(fade for fade in timeline.fades if laid and not fade.shot)
    early = tuple(fade for fade in timeline.fades if fade not in late)
    inputs = tuple(_input(plan, part, sources[part.item], early) for part in segment.inputs)
    if picture.seam_options and is_seam(plan, segment):
        picture = replace(picture, options=picture.seam_options)
    return EncodeJob(
        inputs,
        picture,
        len(record),
        (timeline.width, timeline.height),
        first_frame=record.start,
        overlays=laid,
        fades=_within(late, record),
        captions=tuple(overlays_of(segment, captions)),
        threads=SHARED if _is_made_beside_others(plan)(segment) else THREADS,
    )
