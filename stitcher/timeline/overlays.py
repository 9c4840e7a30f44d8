"""Pictures that lie over shots and over the film, on frames. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from stitcher.errors import PlanError
from stitcher.media.clip import Clip
from stitcher.media.pixel_format import pixel_format
from stitcher.storyboard import model as written
from stitcher.storyboard.anchor import Anchor
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import FrameRange
from stitcher.timeline.anchors import Places
from stitcher.timeline.conform import film_frames
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Item
from stitcher.timeline.picture import PictureOverlay, StillPicture


def lay_film_overlays(board: Storyboard, places: Places, media: MediaIndex) -> tuple[PictureOverlay, ...]:
    """What lies over the film, in order, from below. Raises `PlanError` with all that is not within the film."""
    layout = OverlayLayout(media, places.rate, IssueCollector(board))
    laid = []
    for key, one in board.film_overlays:
        start = _frame(layout, places, (*key, "at"), one.at)
        stop = None if one.until is None else _frame(layout, places, (*key, "until"), one.until)
        if start is None or (one.until is not None and stop is None):
            continue
        seen = layout.seen(
            key, one, FrameRange(0, places.film_frames), start=start, stop=stop, who="the film"
        )
        if seen is not None:
            laid.append(layout.picture(key, one, seen, who="the film"))
    layout.issues.raise_any()
    return tuple(laid)


def _frame(layout: OverlayLayout, places: Places, key: Location, anchor: Anchor) -> int | None:
    position = places.position(anchor)
    if isinstance(position, str):
        layout.issues.add(key, f"the film: it is anchored to {anchor.text!r}: {position}")
        return None
    return places.frame(position)


@dataclass(frozen=True, slots=True)
class OverlayLayout:
    """Lays pictures over others, and notes what is wrong with them under the storyboard's own keys."""

    media: MediaIndex
    rate: Fraction
    issues: IssueCollector = field(repr=False)

    def seen(
        self,
        key: Location,
        one: written.PictureOverlay | written.FilmOverlay,
        within: FrameRange,
        *,
        start: int,
        stop: int | None,
        who: str,
    ) -> FrameRange | None:
        """The frames in which it is seen, of those of a shot or the film; `None` where they are not within."""
        has = len(within)
        if not within.start <= start < within.stop:
            self.issues.add((*key, "at"), f"{who}: it has {has} frames, and this begins at {start}.")
            return None
        if one.duration is not None:
            stop = start + one.duration.to_frames(self.rate)
        if stop is not None and not start < stop <= within.stop:
            told = "until" if one.duration is None else "duration"
            self.issues.add(
                (*key, told), f"{who}: it has {has} frames, and this lasts from {start} to {stop}."
            )
            return None
        if stop is None:
            length = self._length(one)
            stop = within.stop if length is None or one.loop else min(within.stop, start + length)
        return FrameRange(start, stop)

    def picture(
        self,
        key: Location,
        one: written.PictureOverlay | written.FilmOverlay,
        seen: FrameRange,
        *,
        who: str,
    ) -> PictureOverlay:
        """It, as it is seen in those frames."""
        fade_in, fade_out = one.fade_in.to_frames(self.rate), one.fade_out.to_frames(self.rate)
        if fade_in + fade_out > len(seen):
            self.issues.add(
                (*key, "fade_out" if fade_out else "fade_in"),
                f"{who}: its fades need {fade_in + fade_out} frames, and it is seen for {len(seen)}.",
            )
        source = self._source(one)
        if one.alpha != "none" and not self._is_transparent(one):
            self.issues.add(
                (*key, "picture"),
                f"{who}: {one.picture.name} has no transparency, and would cover what is under it: save it with some "
                "(PNG, WebP, ProRes 4444, VP9 with alpha), or write 'alpha: none' where that is meant.",
            )
        return PictureOverlay(
            source=source,
            frames=len(seen),
            start=seen.start,
            position=one.position,
            height=None if one.width is not None else one.size,
            width=one.width,
            margin=one.margin,
            opacity=one.opacity,
            premultiplied=one.alpha == "premultiplied",
            loop=one.loop and isinstance(source, Clip),
            fade_in_frames=fade_in,
            fade_out_frames=fade_out,
        )

    def _source(self, one: written.PictureOverlay | written.FilmOverlay) -> Clip | StillPicture:
        known = self.media.overlays.get(one.picture)
        if known is None:
            raise PlanError(f"{str(one.picture)!r} has not been looked into.")
        return known if isinstance(known, Clip) else StillPicture(one.picture, known.sha256, known.size, 1)

    def _is_transparent(self, one: written.PictureOverlay | written.FilmOverlay) -> bool:
        known = self.media.overlays[one.picture]
        if isinstance(known, Clip):
            return pixel_format(known.video.pixel_format).alpha
        return known.is_transparent

    def _length(self, one: written.PictureOverlay | written.FilmOverlay) -> int | None:
        """How long it lasts in the film, where it is a clip."""
        source = self._source(one)
        return film_frames(source, self.rate) if isinstance(source, Clip) else None


def overlay_notes(
    items: Sequence[Item], overlays: Sequence[PictureOverlay], rate: Fraction
) -> tuple[str, ...]:
    """What a report must say of clips that lie over others: those cut off, held, or begun again."""
    laid = [(f"the shot {item.shot!r}", one) for item in items for one in item.overlays]
    notes: list[str] = []
    for over, one in [*laid, *(("the film", one) for one in overlays)]:
        if isinstance(one, PictureOverlay) and isinstance(one.source, Clip):
            notes += _length_notes(over, one, film_frames(one.source, rate))
    return tuple(notes)


def _length_notes(over: str, one: PictureOverlay, has: int) -> Iterator[str]:
    assert isinstance(one.source, Clip)
    if one.frames < has:
        yield f"{one.source.name} over {over} is cut off: {one.frames} of its {has} frames are seen."
    elif one.frames > has and one.loop:
        yield f"{one.source.name} over {over} begins again after {has} frames, and is seen for {one.frames}."
    elif one.frames > has:
        yield f"The last picture of {one.source.name} over {over} is held for {one.frames - has} frames."
