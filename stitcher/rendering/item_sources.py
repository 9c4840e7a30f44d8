"""What each item is decoded from: its own clip, or one drawn for it (title, effects) and kept in the cache.

Titles and MoviePy effects are Python pictures. They are drawn once into lossless clips; from then on they are footage
like any other, and the encode jobs stay plain values. Stills are drawn while they are encoded (`drawings`), unless
effects go over them.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.media.clip import Clip
from stitcher.media.files import sha256_file
from stitcher.media.probe import probe
from stitcher.pictures.title_page import Page
from stitcher.rendering.context import RenderContext
from stitcher.rendering.drawing_key import drawing_key
from stitcher.rendering.drawings import as_clip, plane_format
from stitcher.rendering.film_frame import film_frame, title_page, treated_title_page
from stitcher.rendering.job import DrawnStill, Overlay
from stitcher.rendering.laid_overlays import laid_overlay
from stitcher.rendering.segments import Plan
from stitcher.storyboard.choices import Fit
from stitcher.timeline.hold import held
from stitcher.timeline.look import AS_IT_IS, Look
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Effect, PictureOverlay, StillPicture, Title
from stitcher.timeline.retiming import IN_ORDER, Retiming


@dataclass(frozen=True, slots=True)
class ItemSource:
    """The pictures of one item, ready to be decoded."""

    clip: Clip
    origin: int = 0
    """Source-clock frame of the item that is frame 0 of the clip."""
    speed: Fraction = Fraction(1)
    matrix: str | None = None
    retiming: Retiming = IN_ORDER
    look: Look = AS_IT_IS
    overlays: tuple[Overlay, ...] = ()
    drawn: DrawnStill | None = None
    """What is drawn while it is encoded; `clip` is no file then."""


def item_sources(plan: Plan, context: RenderContext) -> dict[int, ItemSource]:
    """What every item that is needed is decoded from, by its index; what has to be drawn is drawn now.

    Raises `InputError` for a font or an effect that cannot be used.
    """
    items = {index: plan.timeline.items[index] for index in plan.items}
    drawn = sum(_is_drawn(item) for item in items.values())
    done = 0
    sources = {}
    for index, item in items.items():
        context.check_cancelled()
        sources[index] = _item_source(plan, item, context)
        if _is_drawn(item):
            done += 1
            context.report("titles", done, drawn, item.shot)
    return sources


def _is_drawn(item: Item) -> bool:
    """Whether anything is drawn before it is encoded."""
    return isinstance(item.source, Title) or bool(item.effects) or bool(item.overlays)


def _item_source(plan: Plan, item: Item, context: RenderContext) -> ItemSource:
    timeline, page = plan.timeline, title_page(plan.timeline, plan.delivery, item.film_fit)
    if isinstance(item.source, Title):
        drawn_on = treated_title_page(timeline, plan.delivery, item.film_fit) if item.effects else page
        base = ItemSource(_card(item.source, drawn_on, timeline.rate, context))
    elif isinstance(item.source, StillPicture):
        base = _still(plan, item, item.source, context)
    else:
        base = ItemSource(item.source, speed=item.speed, matrix=item.matrix, retiming=item.retiming)
    if item.effects:
        base = _with_effects(timeline, item, base, context)
    origin = item.source_range.start - base.origin
    overlays = tuple(
        laid_overlay(plan, one, context, start=origin + one.start, fit=item.film_fit)
        if isinstance(one, PictureOverlay)
        else Overlay(_card(one, page, timeline.rate, context), origin + one.start)
        for one in item.overlays
    )
    return replace(base, look=_with_kept_table(item.look, context), overlays=overlays)


def _with_kept_table(look: Look, context: RenderContext) -> Look:
    """The look with a table of colours that lies in the cache, written as every ffmpeg reads it."""
    lut = look.grade.lut
    if lut is None:
        return look

    def work(temp: Path) -> Mapping[str, Any]:
        from stitcher.pictures.cube import read_cube

        temp.write_text(read_cube(lut.path).text(), encoding="ascii")
        return {}

    kept = context.cache.make(drawing_key("lut", lut.sha256), ".cube", work, cancel=context.stop)
    return replace(look, grade=replace(look.grade, lut=replace(lut, path=kept.path)))


def _card(title: Title, page: Page, rate: Fraction, context: RenderContext) -> Clip:
    from stitcher.pictures.lossless_clip import draw_title_clip, lossless_suffix

    key = drawing_key("title", title, page, rate)

    def work(temp: Path) -> Mapping[str, Any]:
        draw_title_clip(title, rate, page, temp, cancel=context.stop)
        return {}

    suffix = lossless_suffix(transparent=title.kind == "lower_third")
    return probe(context.cache.make(key, suffix, work, cancel=context.stop).path)


def _still(plan: Plan, item: Item, still: StillPicture, context: RenderContext) -> ItemSource:
    """A still as large as the film's frame is in the deliverable; of one that does not move a single picture, held."""
    rate, picture = plan.timeline.rate, plan.delivery.picture
    size = plan.timeline.width, plan.timeline.height
    if item.effects:
        # Effects count in the film's own pixels.
        return ItemSource(_kept_still(still, size, item.fit, rate, context))
    size = film_frame(size, (picture.width, picture.height), item.film_fit or picture.fit)
    drawn = DrawnStill(still, size, item.fit, plane_format(picture.pixel_format, size))
    clip = as_clip(drawn, rate, drawing_key("still", drawn, rate))
    return ItemSource(held(clip, still.frames - clip.video.frames, rate, Fraction(1)), drawn=drawn)


def _kept_still(
    still: StillPicture, size: tuple[int, int], fit: Fit, rate: Fraction, context: RenderContext
) -> Clip:
    from stitcher.pictures.lossless_clip import draw_clip, lossless_suffix

    drawn = still if still.moves else replace(still, frames=1)
    key = drawing_key("still", drawn, size, fit, rate)

    def work(temp: Path) -> Mapping[str, Any]:
        from stitcher.pictures.stills import still_frames

        pictures = still_frames(drawn, size, fit)
        draw_clip(pictures, rate, temp, expected=drawn.frames, cancel=context.stop)
        return {}

    clip = probe(context.cache.make(key, lossless_suffix(), work, cancel=context.stop).path)
    return held(clip, still.frames - drawn.frames, rate, Fraction(1))


def _with_effects(timeline: Timeline, item: Item, base: ItemSource, context: RenderContext) -> ItemSource:
    """The visible range of an item with its effects on it, at the film's rate."""
    from stitcher.pictures.exact_frames import ExactPictures
    from stitcher.pictures.lossless_clip import lossless_suffix
    from stitcher.pictures.moviepy_clip import apply_effects

    frames = item.source_range
    size, codes = (timeline.width, timeline.height), [_code(effect) for effect in item.effects]
    key = drawing_key("effects", base, frames, item.effects, codes, size, timeline.rate)

    def work(temp: Path) -> Mapping[str, Any]:
        source = ExactPictures(base.clip, timeline.rate, base.speed, base.matrix, base.retiming)
        apply_effects(source, frames, item.effects, temp, cancel=context.stop)
        return {}

    entry = context.cache.make(key, lossless_suffix(), work, cancel=context.stop)
    return ItemSource(probe(entry.path), origin=frames.start)


def _code(effect: Effect) -> str | None:
    """What an effect of the user's own is made of: its module's bytes, so that editing it draws again."""
    module, colon, _ = effect.name.partition(":")
    spec = importlib.util.find_spec(module) if colon else None
    return sha256_file(spec.origin) if spec is not None and spec.origin and spec.has_location else None
