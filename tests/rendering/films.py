"""Timelines and deliveries put together by hand, for tests of planning and rendering."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stitcher.delivery.spec import DeliverySpec, PictureSpec
from stitcher.media.clip import Clip, Colour
from stitcher.storyboard import transition_kinds
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames, source_picture
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Title, Transition

CUT = Transition(transition_kinds.CUT)
MATCH = Transition(transition_kinds.MATCH, 0, 1)


def dissolve(frames: int, kind: str = "dissolve") -> Transition:
    """A transition in which `frames` frames of both items are seen."""
    return Transition(transition_kinds.transition_kind(kind), frames)


def film(
    sources: Sequence[Clip | Title],
    joins: Sequence[Transition] = (),
    *,
    rate: Fraction = Fraction(24),
    size: tuple[int, int] | None = None,
    ranges: dict[int, FrameRange] | None = None,
    **item: object,
) -> Timeline:
    """A timeline of whole sources, or of the given ranges of them; cuts where no join is given."""
    joins = tuple(joins) or (CUT,) * (len(sources) - 1)
    items: list[Item] = []
    at = 0
    for index, source in enumerate(sources):
        if isinstance(source, Clip):
            length = film_frames(source, rate, item.get("speed", Fraction(1)))  # type: ignore[arg-type]  # options of any kind, by name
        else:
            length = source.frames
        seen = (ranges or {}).get(index, FrameRange(0, length))
        after = joins[index] if index < len(joins) else CUT
        seen = FrameRange(seen.start, seen.stop - after.dropped_frames)
        items.append(Item(f"s{index}", source, FrameRange(0, length), seen, at, **item))  # type: ignore[arg-type]  # options of any kind, by name
        at += len(seen) - after.frames
    if size is None:
        first = next(source for source in sources if isinstance(source, Clip))
        size = first.video.shown_size
    return Timeline("Test", rate, *size, tuple(items), joins)


def planned(timeline: Timeline, ids: Sequence[int]) -> list[tuple[int, int] | None]:
    """What every frame should say: `None` inside transitions, where two pictures are seen."""
    wanted: list[tuple[int, int] | None] = [None] * timeline.frames
    for index, item in enumerate(timeline.items):
        if not isinstance(item.source, Clip):
            continue
        before = timeline.transitions[index - 1].frames if index else 0
        after = timeline.transitions[index].frames if index < len(timeline.transitions) else 0
        for offset in range(before, len(item.source_range) - after):
            frame = item.source_range.start + offset
            picture = source_picture(item.source, frame, timeline.rate, item.speed)
            wanted[item.record_start + offset] = (ids[index], picture)
    return wanted


def delivery(
    *,
    copy: bool = True,
    size: tuple[int, int] = (1280, 720),
    rate: Fraction = Fraction(24),
    codec: str = "h264",
    colour: Colour | None = None,
) -> DeliverySpec:
    """A delivery like `master-copy` makes for H.264 sources."""
    picture = PictureSpec(
        codec=codec,
        encoder="libx264",
        options=("-preset", "ultrafast"),
        pixel_format="yuv420p",
        width=size[0],
        height=size[1],
        rate=rate,
        colour=colour or Colour(),
        copy_sources=copy,
    )
    return DeliverySpec("master-copy", picture, None, "mp4")
