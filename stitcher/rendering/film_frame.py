"""Where the film's frame lies in a deliverable's picture of another size or aspect (crop, pad). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from stitcher.delivery.spec import DeliverySpec
from stitcher.pictures.title_page import Margins, Page
from stitcher.storyboard.choices import Fit, Flip
from stitcher.timebase import round_half_up
from stitcher.timeline.focus import CENTRE_POINT, Point
from stitcher.timeline.model import Timeline
from stitcher.timeline.placement import Placement, Size, placed


def same_shape(one: Size, other: Size) -> bool:
    """Whether one size scaled to the other would be off by less than a pixel."""
    return abs(one[0] * other[1] - other[0] * one[1]) <= max(other)


def film_frame(film: Size, picture: Size, fit: Fit) -> Size:
    """The film's frame in the pixels of the deliverable's picture: as large as it goes within it, or so large that it
    fills it where it is cropped. What is on either side of it is even, as it must be where chroma is halved.
    """
    if same_shape(film, picture):
        return picture
    scales = [Fraction(there, here) for here, there in zip(film, picture, strict=True)]
    scale = max(scales) if fit == "crop" else min(scales)
    width, height = (
        there - 4 * round_half_up((there - here * scale) / 4)
        for here, there in zip(film, picture, strict=True)
    )
    return max(2, width), max(2, height)


def title_page(timeline: Timeline, delivery: DeliverySpec, fit: Fit | None = None) -> Page:
    """The page of titles in a deliverable: the part of its picture where the film is, pixel for pixel.

    `fit` is how a shot fills it that does so otherwise than others.
    """
    film, picture = (timeline.width, timeline.height), delivery.picture
    whole = picture.width, picture.height
    frame = film_frame(film, whole, fit or picture.fit)
    width, height = min(frame[0], whole[0]), min(frame[1], whole[1])
    unit = film[1] * sqrt(width * height / (film[0] * film[1]))
    return Page(width, height, (width, height), unit, _inside(delivery.text_margins, whole, (width, height)))


def treated_title_page(timeline: Timeline, delivery: DeliverySpec, fit: Fit | None = None) -> Page:
    """The page of titles that an effect goes over: the film's own frame, because effects count in its pixels, with
    the text in that part of it which the deliverable shows.
    """
    page = title_page(timeline, delivery, fit)
    film, picture = (timeline.width, timeline.height), delivery.picture
    frame = film_frame(film, (picture.width, picture.height), fit or picture.fit)
    scale = Fraction(film[1], frame[1])
    visible = (
        min(film[0], round_half_up(page.width * scale)),
        min(film[1], round_half_up(page.height * scale)),
    )
    return Page(*film, visible, page.unit * float(scale), page.margins)


def _inside(margins: Margins, whole: Size, part: Size) -> Margins:
    """Margins of the whole picture as margins of the part in its middle that the film has."""
    top, right, bottom, left = margins
    bar_x, bar_y = (whole[0] - part[0]) / 2, (whole[1] - part[1]) / 2

    def within(share: float, side: int, bar: float, part: int) -> float:
        return max(0.0, (share * side - bar) / part)

    return (
        within(top, whole[1], bar_y, part[1]),
        within(right, whole[0], bar_x, part[0]),
        within(bottom, whole[1], bar_y, part[1]),
        within(left, whole[0], bar_x, part[0]),
    )


Shares = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a picture, as shares of its width and height."""


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a source that is seen in a picture, and where; known to about half a pixel of that."""

    in_source: Shares
    in_picture: Shares


def shown_region(
    source: Size,
    *,
    film: Size,
    picture: Size,
    source_fit: Fit,
    film_fit: Fit,
    focus: Point = CENTRE_POINT,
) -> Region:
    """Where a source of that shown size is seen in a deliverable's picture, fitted by way of the film's frame."""
    frame = film_frame(film, picture, film_fit)
    fits = [(source_fit, frame)] if frame == picture or not same_shape(source, frame) else []
    if source == picture:
        fits = []
    elif frame != picture:
        fits.append((film_fit, picture))
    within = source
    whole = visible = (0.0, 0.0, float(source[0]), float(source[1]))
    for fit, size in fits:
        there = placed(within, size, fit, focus)
        focus = there.point(focus, within, size)
        whole, (x0, y0, x1, y1) = _moved(whole, there), _moved(visible, there)
        visible = max(0.0, x0), max(0.0, y0), min(float(size[0]), x1), min(float(size[1]), y1)
        within = size
    x0, y0, x1, y1 = visible
    across, down = whole[2] - whole[0], whole[3] - whole[1]
    in_source = (
        (x0 - whole[0]) / across,
        (y0 - whole[1]) / down,
        (x1 - whole[0]) / across,
        (y1 - whole[1]) / down,
    )
    in_picture = (x0 / within[0], y0 / within[1], x1 / within[0], y1 / within[1])
    return Region(in_source, in_picture)


def _moved(box: Shares, there: Placement) -> Shares:
    x0, y0, x1, y1 = (side * there.scale for side in box)
    return x0 + there.left, y0 + there.top, x1 + there.left, y1 + there.top


def mirrored_shares(part: Shares, flip: Flip | None) -> Shares:
    """A part of a picture once that is mirrored."""
    left, top, right, bottom = part
    if flip in ("horizontal", "both"):
        left, right = 1 - right, 1 - left
    if flip in ("vertical", "both"):
        top, bottom = 1 - bottom, 1 - top
    return left, top, right, bottom
