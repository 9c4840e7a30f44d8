"""The excerpt of the film that a deliverable shows: a frame for a still, the beginning for a GIF, else all. Pure."""

from __future__ import annotations

from math import ceil

from stitcher.delivery.packaging_settings import GifSettings, StillSettings
from stitcher.delivery.spec import DeliverySpec
from stitcher.timebase import FrameRange, parse_time
from stitcher.timeline.model import Timeline

_WINDOW_S = 5


def shown_range(timeline: Timeline, delivery: DeliverySpec) -> FrameRange:
    """The frames of the film that the deliverable shows. Of a still: the first that may become it."""
    match delivery.packaging:
        case StillSettings() as settings:
            first = still_window(timeline, settings).start
            return FrameRange(first, first + 1)
        case GifSettings(max_seconds=seconds):
            return FrameRange(0, min(timeline.frames, max(1, ceil(seconds * timeline.rate))))
        case _:
            return FrameRange(0, timeline.frames)


def still_window(timeline: Timeline, settings: StillSettings) -> FrameRange:
    """The frames among which a still is looked for, the one it is meant to be in front: the one asked for, or with
    `auto` one a tenth into the film."""
    auto = settings.at == "auto"
    start = timeline.frames // 10 if auto else parse_time(settings.at).to_frames(timeline.rate)
    start = min(max(start, 0), timeline.frames - 1)
    return FrameRange(start, min(timeline.frames, start + max(1, int(_WINDOW_S * timeline.rate))))


def with_whole_blends(timeline: Timeline, frames: FrameRange) -> FrameRange:
    """A range of the film, as much longer as it takes to begin and end outside of blends, which are made in one."""
    start, stop = frames.start, frames.stop
    for index, join in enumerate(timeline.transitions):
        begins = timeline.items[index + 1].record_start
        ends = begins + join.frames
        if begins < start < ends:
            start = begins
        if begins < stop < ends:
            stop = ends
    return FrameRange(start, stop)
