"""What is said of a plan: its segments, what they come from, and why encoded ones could not be copied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher.cli.output import pick, table
from stitcher.timebase import FrameRange, format_decimal, format_timecode, frames_to_seconds
from stitcher.timeline.uncertain_matches import uncertain_match_lines, unsure_seams

if TYPE_CHECKING:
    from stitcher.rendering.segments import Plan, Segment
    from stitcher.timeline.model import Item, Timeline


def plan_document(plan: Plan, notes: tuple[str, ...] = ()) -> dict[str, object]:
    """A plan for machines: everything the table says, and every frame range in numbers."""
    delivery = plan.delivery
    picture = delivery.picture
    return {
        "timeline": timeline_document(plan.timeline),
        "delivery": {
            **pick(delivery, "preset container"),
            **pick(picture, "codec encoder"),
            "encoder_options": picture.options,
            **pick(picture, "pixel_format width height rate"),
            "sound": delivery.sound.encoder if delivery.sound is not None else None,
            "loudness": delivery.sound.loudness if delivery.sound is not None else None,
        },
        "segments": [_segment_document(segment) for segment in plan.segments],
        **pick(plan, "frames copied_frames encoded_frames conversions"),
        "notes": list(dict.fromkeys((*notes, *delivery.notes))),
    }


def timeline_document(timeline: Timeline) -> dict[str, object]:
    """A timeline for machines."""
    return {
        **pick(timeline, "title rate width height frames"),
        "duration_seconds": float(frames_to_seconds(timeline.frames, timeline.rate)),
        **pick(timeline, "samples start_frame"),
        "shots": [
            {"shot": item.shot, "source": _source(item), **pick(item, "source_range record_range")}
            for item in timeline.items
        ],
        "transitions": [
            {
                "kind": join.kind.name,
                **pick(join, "frames dropped_frames"),
                "unsure": join.unsure or None,
            }
            for join in timeline.transitions
        ],
        "cues": [
            {
                **pick(cue, "name role"),
                "file": cue.sound.path,
                **pick(cue, "start_sample length_samples"),
            }
            for cue in timeline.cues
        ],
        "markers": timeline.markers,
    }


def plan_lines(plan: Plan) -> Iterator[str]:
    """A plan for people: the film, its segments, the sums."""
    from stitcher.rendering.segments import Copied

    yield from film_lines(plan.timeline)
    yield ""
    rows = []
    for number, segment in enumerate(plan.segments, start=1):
        copied = isinstance(segment, Copied)
        rows.append(
            (
                str(number),
                *_timecodes(plan.timeline, segment.record_range),
                str(len(segment.record_range)),
                "copied" if copied else "encoded",
                segment.shot if isinstance(segment, Copied) else segment.reason,
            )
        )
    yield from table(("#", "from", "to", "frames", "how", "shot, or why it is encoded"), rows, right=(0, 3))
    yield ""
    for conversion in plan.conversions:
        yield f"converted: {conversion.text}"
    yield summary_line(plan)


def unsure_document(timeline: Timeline) -> list[dict[str, str]]:
    """The match cuts at which nobody could tell whether a picture is shown twice, for machines."""
    return [
        {"from": earlier, "to": later, "reason": reason} for earlier, later, reason in unsure_seams(timeline)
    ]


def film_lines(timeline: Timeline) -> Iterator[str]:
    """The film in one line, its sound in another."""
    seconds = format_decimal(frames_to_seconds(timeline.frames, timeline.rate), 2)
    yield (
        f"{timeline.title}: {len(timeline.items)} {'shot' if len(timeline.items) == 1 else 'shots'}, {seconds} s, "
        f"{timeline.frames} frames, {timeline.width}x{timeline.height} at {format_decimal(timeline.rate, 3)}"
    )
    if timeline.cues:
        yield f"sound: {', '.join(dict.fromkeys(cue.name for cue in timeline.cues))}"
    yield from uncertain_match_lines(timeline)


def summary_line(plan: Plan) -> str:
    """How much is copied and how much encoded."""
    share = 100 * plan.copied_frames // max(1, plan.frames)
    return (
        f"{plan.delivery.preset}: {plan.copied_frames} of {plan.frames} frames are copied ({share} %), "
        f"{plan.encoded_frames} are encoded with {plan.delivery.picture.encoder}."
    )


def cut_lines(plan: Plan) -> Iterator[str]:
    """How much of which shots is cut away; nothing where all is seen."""
    for conversion in plan.conversions:
        if conversion.kind == "cropping":
            yield f"{plan.delivery.preset}: {conversion.text}."


def marker_lines(timeline: Timeline) -> Iterator[str]:
    """A row for each marker that somebody set and for each chapter; nothing where there are none."""
    shots = {(item.record_start, item.shot) for item in timeline.items}
    chapters = set(timeline.chapters)
    rows = [
        (
            format_timecode(timeline.start_frame + one.frame, timeline.rate, drop=timeline.drop_frame),
            "chapter" if one in chapters else "marker",
            one.name,
            one.note,
        )
        for one in sorted(chapters.union(timeline.markers), key=lambda one: (one.frame, one.name))
        if one in chapters or (one.frame, one.name) not in shots
    ]
    if rows:
        yield from table(("at", "what", "name", "note"), rows)
        yield ""


def shot_lines(plan: Plan) -> Iterator[str]:
    """A row for each shot: where it lies, how it comes in, how much of it is copied."""
    from stitcher.rendering.segments import Copied

    timeline = plan.timeline
    copied: Counter[int] = Counter()
    for segment in plan.segments:
        if isinstance(segment, Copied):
            copied[segment.item] += len(segment.record_range)
    rows = []
    for index, item in enumerate(timeline.items):
        frames = len(item.source_range)
        rows.append(
            (
                item.shot,
                _timecodes(timeline, item.record_range)[0],
                str(frames),
                f"{format_decimal(frames_to_seconds(frames, timeline.rate), 2)} s",
                str(timeline.transitions[index - 1]) if index else "-",
                str(copied[index]),
                _source(item) or "title",
            )
        )
    yield from table(
        ("shot", "from", "frames", "length", "comes in by", "copied", "source"), rows, right=(2, 3, 5)
    )


def _timecodes(timeline: Timeline, record: FrameRange) -> tuple[str, str]:
    def at(frame: int) -> str:
        return format_timecode(timeline.start_frame + frame, timeline.rate)

    return at(record.start), at(record.stop)


def _source(item: Item) -> str | None:
    path = getattr(item.source, "path", None)
    return None if path is None else str(path)


def _segment_document(segment: Segment) -> dict[str, object]:
    from stitcher.rendering.segments import Copied

    if isinstance(segment, Copied):
        return {"how": "copied", **pick(segment, "record_range shot source_range packet_range")}
    return {
        "how": "encoded",
        **pick(segment, "record_range reason"),
        "strands": [
            {
                **pick(part, "shot source_range"),
                "transition": part.transition.name,
                "overlap": part.overlap,
            }
            for part in segment.inputs
        ],
    }
