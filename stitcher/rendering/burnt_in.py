"""Burnt-in captions of a film: which frames have them, and the clips of one picture that are laid over those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stitcher.captions.track import CaptionTrack, Screen, screens
from stitcher.delivery.spec import DeliverySpec
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.rendering.context import RenderContext
from stitcher.rendering.drawing_key import drawing_key
from stitcher.rendering.film_frame import title_page
from stitcher.rendering.job import Overlay
from stitcher.rendering.plan import burnt_in
from stitcher.rendering.segments import Encoded, Plan
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class CaptionPicture:
    """A picture of captions, and where in the film it is shown."""

    record: FrameRange
    clip: Clip


def with_fonts(timeline: Timeline, delivery: DeliverySpec) -> tuple[Timeline, tuple[str, ...]]:
    """A film whose burnt-in captions are in fonts that have their letters, and what is to be said of those.

    Raises `InputError` for captions that no font has the letters of.
    """
    tracks = burnt_in(timeline, delivery)
    if not tracks:
        return timeline, ()
    from stitcher.pictures.caption_fonts import font_note, with_font

    chosen = {track: with_font(track) for track in tracks}
    notes = tuple(note for track, made in chosen.items() if (note := font_note(track, made)) is not None)
    captions = tuple(chosen.get(track, track) for track in timeline.captions)
    return replace(timeline, captions=captions), notes


def caption_pictures(plan: Plan, context: RenderContext) -> tuple[CaptionPicture, ...]:
    """The captions of every encoded segment, drawn now or taken from the cache. Raises as `draw_screen` does."""
    encoded = [segment.record_range for segment in plan.encoded]
    needed = [
        (track, screen)
        for track in burnt_in(plan.timeline, plan.delivery)
        for screen in screens(track.captions)
        if any(screen.record.intersection(record) for record in encoded)
    ]
    made = []
    for number, (track, screen) in enumerate(needed, 1):
        context.check_cancelled()
        made.append(CaptionPicture(screen.record, _drawn(plan, track, screen, context)))
        context.report("titles", number, len(needed), "captions")
    return tuple(made)


def _drawn(plan: Plan, track: CaptionTrack, screen: Screen, context: RenderContext) -> Clip:
    from stitcher.pictures.lossless_clip import draw_clip, lossless_suffix

    page, rate = title_page(plan.timeline, plan.delivery), plan.timeline.rate
    shown = [(one.words, one.is_at_top(track.style)) for one in screen.captions]
    key = drawing_key("captions", shown, track.style, page, rate)

    def work(temp: Path) -> Mapping[str, Any]:
        from stitcher.pictures.captions import draw_screen

        picture = draw_screen(screen, track.style, page)
        draw_clip([picture], rate, temp, transparent=True, expected=1, cancel=context.stop)
        return {}

    entry = context.cache.make(key, lossless_suffix(transparent=True), work, cancel=context.stop)
    return probe(entry.path)


def overlays_of(segment: Encoded, pictures: tuple[CaptionPicture, ...]) -> Iterator[Overlay]:
    """What is laid over a segment's frames, by its own clock; of what is shown on either side only its part."""
    for picture in pictures:
        record = picture.record.intersection(segment.record_range)
        if record:
            yield Overlay(picture.clip, record.start - segment.record_range.start, frames=len(record))


def burnt_in_notes(timeline: Timeline, delivery: DeliverySpec) -> tuple[str, ...]:
    """What a report must say of captions in a deliverable's own picture."""
    tracks = burnt_in(timeline, delivery)
    if not tracks:
        return ()
    from stitcher.pictures.captions import too_many_lines

    notes = []
    page = title_page(timeline, delivery)
    for track in tracks:
        long = too_many_lines(track.captions, track.style, page)
        if long:
            first = ", ".join(map(str, long[:3])) + (", …" if len(long) > 3 else "")
            takes = "1 takes" if len(long) == 1 else f"{len(long)} take"
            notes.append(
                f"Captions {track.label}: {takes} more than two lines on {page.seen[0]}x{page.seen[1]}: {first}."
            )
    places: dict[bool, str] = {}
    for track in tracks:
        for at_top in {one.is_at_top(track.style) for one in track.captions}:
            other = places.setdefault(at_top, track.label)
            if other != track.label:
                where = "top" if at_top else "bottom"
                notes.append(
                    f"Captions {other} and {track.label} are both burnt in at the {where}, and lie over each other: "
                    "give one a 'style' with another 'position'."
                )
    return tuple(notes)
