"""How much of shots' pictures is cut away in a deliverable. Pure."""

from __future__ import annotations

from stitcher.media.clip import Clip
from stitcher.rendering.film_frame import Region, shown_region
from stitcher.storyboard.choices import Fit
from stitcher.timeline.focus import CENTRE_POINT, Point
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.placement import Size

_NOTHING = 0.005
"""Up to here what is cut away is rounding."""


def seen_region(
    item: Item, timeline: Timeline, picture: Size, fit: Fit, focus: Point = CENTRE_POINT
) -> Region:
    """What of a shot's picture is seen in a deliverable's, and where; of a title, of the film's frame.

    `fit` is how the film's frame fills it where the shot does not say otherwise.
    """
    film = timeline.width, timeline.height
    match item.source:
        case Clip(video=video):
            source = video.shown_size
        case StillPicture(size=size):
            source = size
        case _:
            source = film
    return shown_region(
        source,
        film=film,
        picture=picture,
        source_fit=item.fit,
        film_fit=item.film_fit or fit,
        focus=focus,
    )


def cut_away(item: Item, timeline: Timeline, picture: Size, fit: Fit) -> tuple[float, float]:
    """Which shares of the width and of the height of a shot's picture are not seen in a deliverable's."""
    left, top, right, bottom = seen_region(item, timeline, picture, fit).in_source
    across, down = 1 - (right - left), 1 - (bottom - top)
    return across if across > _NOTHING else 0.0, down if down > _NOTHING else 0.0


def is_cropped(item: Item, timeline: Timeline, picture: Size, fit: Fit) -> bool:
    """Whether some of a shot's picture is not seen in a deliverable's."""
    return cut_away(item, timeline, picture, fit) != (0.0, 0.0)
