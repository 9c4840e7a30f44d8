"""What OpenTimelineIO says of a film that it has read, as frames to compare with the timeline's."""

from __future__ import annotations

from typing import Any

import opentimelineio as otio

from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from tests.exporters.films import Shown


def frames(time: otio.opentime.RationalTime) -> int:
    """A time as the frame it is; it has to be one."""
    assert abs(time.value - round(time.value)) < 1e-6, time
    return round(time.value)


def rows(track: otio.schema.Track) -> list[Shown]:
    """What is seen of every clip of a track, parts under transitions included."""
    found = []
    children: list[Any] = list(track)
    for index, child in enumerate(children):
        if not isinstance(child, otio.schema.Clip):
            continue
        rate = track.trimmed_range().duration.rate
        cut, source = child.range_in_parent(), child.source_range
        before, after = children[index - 1] if index else None, children[index + 1 : index + 2]
        head = frames(before.in_offset.rescaled_to(rate)) if isinstance(before, otio.schema.Transition) else 0
        tail = (
            frames(after[0].out_offset.rescaled_to(rate))
            if after and isinstance(after[0], otio.schema.Transition)
            else 0
        )
        start, length = frames(cut.start_time.rescaled_to(rate)), frames(cut.duration.rescaled_to(rate))
        first = frames(source.start_time.rescaled_to(rate))
        found.append(
            Shown(
                child.name,
                FrameRange(start - head, start + length + tail),
                FrameRange(first - head, first + length + tail),
            )
        )
    return found


def expected(film: Timeline) -> list[Shown]:
    """What an editor has to show, from the timeline itself: a transition of one frame is a cut after it."""
    shown = []
    for index, item in enumerate(film.items):
        late = 1 if index and film.transitions[index - 1].frames == 1 else 0
        record, source = item.record_range, item.source_range
        if late < len(record):
            shown.append(
                Shown(
                    item.shot,
                    FrameRange(record.start + late, record.stop),
                    FrameRange(source.start + late, source.stop),
                )
            )
    return shown
