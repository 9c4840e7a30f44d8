"""The excerpt of the film that a deliverable shows: a frame for a still, the beginning for a GIF, the part that is
asked for, else all. Pure.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from stitcher.delivery.packaging_settings import GifSettings, StillSettings
from stitcher.delivery.spec import DeliverySpec
from stitcher.timebase import FrameRange, parse_time
from stitcher.timeline.model import Marker, Timeline

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


def with_cut_edges(timeline: Timeline, frames: FrameRange) -> Timeline:
    """The film with blends turned to cuts where a range of it begins or ends, so that one shot is seen at either end.

    What is outside the range gives way; every frame stays where it is on the film's clock.
    """
    items, transitions = list(timeline.items), list(timeline.transitions)
    for index, join in enumerate(transitions):
        earlier, later = items[index], items[index + 1]
        begins = later.record_start
        ends = begins + join.frames
        if begins <= frames.start < ends:
            seen = FrameRange(earlier.source_range.start, earlier.source_range.stop - join.frames)
            items[index] = replace(earlier, source_range=seen)
        elif begins < frames.stop <= ends:
            seen = FrameRange(later.source_range.start + join.frames, later.source_range.stop)
            # Counted from where the shot is seen first, they stay where they are in the film.
            laid = tuple(replace(one, start=one.start - join.frames) for one in later.overlays)
            items[index + 1] = replace(later, source_range=seen, record_start=ends, overlays=laid)
        else:
            continue
        transitions[index] = replace(join, frames=0)
    return replace(timeline, items=tuple(items), transitions=tuple(transitions))


def on_its_own_clock(timeline: Timeline, shown: FrameRange) -> Timeline:
    """The film with its captions, chapters and timecode counted from where an excerpt of it begins, and within it.

    The chapter that an excerpt begins in begins with it.
    """
    if shown == FrameRange(0, timeline.frames):
        return timeline
    captions = tuple(
        replace(
            track,
            captions=tuple(
                replace(one, record=seen.shifted(-shown.start))
                for one in track.captions
                if (seen := one.record.intersection(shown))
            ),
        )
        for track in timeline.captions
    )
    chapters: dict[int, Marker] = {}
    for one in timeline.chapters:
        if one.frame < shown.stop:
            at = max(0, one.frame - shown.start)
            chapters[at] = replace(one, frame=at)
    return replace(
        timeline,
        captions=captions,
        chapters=tuple(chapters.values()),
        start_frame=timeline.start_frame + shown.start,
    )
