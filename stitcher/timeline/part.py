"""Parts of a film by what people call them: a shot, or what else an anchor may name, to frames of the film. Pure."""

from __future__ import annotations

from stitcher.errors import InputError
from stitcher.storyboard.anchor import read_anchor
from stitcher.timebase import FrameRange, Time
from stitcher.timeline.anchors import Places
from stitcher.timeline.model import Timeline

Place = str | Time
"""A shot's id, a time from the film's start (`12s`, `48f`, `00:00:12:00`), or any anchor (`door+1.5s`)."""


def part_range(timeline: Timeline, first: Place | None, last: Place | None) -> FrameRange:
    """The frames from one place to another, to the end of a shot where that is named; the film's ends where none is.

    Raises `InputError` for places that are not there, or in the wrong order.
    """
    start = 0 if first is None else _frame(timeline, first, is_end=False)
    stop = timeline.frames if last is None else _frame(timeline, last, is_end=True)
    if not 0 <= start < timeline.frames:
        raise InputError(f"The part begins at {str(first)!r}, frame {start}; {_length(timeline)}.")
    if not 0 < stop <= timeline.frames:
        raise InputError(f"The part ends at {str(last)!r}, frame {stop}; {_length(timeline)}.")
    order = [item.shot for item in timeline.items]
    if stop <= start or (first in order and last in order and order.index(first) > order.index(last)):
        raise InputError(
            f"The part would end ({str(last)!r}, frame {stop}) before it begins ({str(first)!r}, frame {start})."
        )
    return FrameRange(start, stop)


def frame_of(timeline: Timeline, place: Place) -> int:
    """The frame that is seen at a place. Raises `InputError` for one that is not in the film."""
    frame = _frame(timeline, place, is_end=False)
    if not 0 <= frame < timeline.frames:
        raise InputError(f"There is no frame at {str(place)!r} (frame {frame}): {_length(timeline)}.")
    return frame


def _length(timeline: Timeline) -> str:
    return f"the film's frames are 0 to {timeline.frames - 1}"


def _frame(timeline: Timeline, place: Place, *, is_end: bool) -> int:
    try:
        anchor = read_anchor(place)
    except ValueError as exc:
        raise InputError(str(exc) if str(place) in str(exc) else f"{str(place)!r} {exc}.") from exc
    places = Places.of(timeline.items, timeline.transitions, timeline.rate).with_markers(timeline.markers)
    position = places.position(anchor)
    if isinstance(position, str):
        raise InputError(f"{anchor.text!r}: {position}")
    if is_end and position.base == "shot" and not position.offset:
        return places.shots[position.name].stop
    frame = places.frame(position)
    # What a player shows counts from the film's own first timecode, a storyboard's times from 0.
    if position.base == "start" and frame >= timeline.frames and frame - timeline.start_frame >= 0:
        frame -= timeline.start_frame
    return frame
