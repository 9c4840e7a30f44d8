"""How much of shots' pictures is cut away in a deliverable. Pure."""

from __future__ import annotations

from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip
from stitcher.pictures.stills import still_focus
from stitcher.rendering.film_frame import Region, Shares, shown_region
from stitcher.storyboard.choices import Fit
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.placement import Size, placed

_NOTHING = 0.005
"""Up to here what is cut away is rounding."""


def seen_region(item: Item, timeline: Timeline, picture: Size, fit: Fit) -> Region:
    """How much of a shot's picture is seen in a deliverable's, around its middle; of a title, of the film's frame.

    `fit` is how the film's frame fills it where the shot does not say otherwise.
    """
    film = timeline.width, timeline.height
    match item.source:
        case Clip(video=video):
            source = item.look.seen(video.shown_size)
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
    )


def cut_away(item: Item, timeline: Timeline, picture: Size, fit: Fit) -> tuple[float, float]:
    """Which shares of the width and of the height of a shot's picture are not seen in a deliverable's."""
    left, top, right, bottom = seen_region(item, timeline, picture, fit).in_source
    across, down = 1 - (right - left), 1 - (bottom - top)
    return across if across > _NOTHING else 0.0, down if down > _NOTHING else 0.0


def cut_away_text(shares: tuple[float, float]) -> str:
    """What is cut away, for people: `68 % of the width`; empty where nothing is."""
    sides = zip(shares, ("width", "height"), strict=True)
    # To the nearest percent, and never 0 or 100 of what is seen in part.
    return " and ".join(
        f"{min(99, max(1, round(100 * share)))} % of the {side}" for share, side in sides if share
    )


def frame_window(item: Item, timeline: Timeline, spec: PictureSpec, frame: int) -> Shares:
    """What of the film's frame is seen in a deliverable's picture in a frame of a shot, source clock."""
    film, focus = (timeline.width, timeline.height), item.focus.at(frame)
    match item.source:
        case Clip(video=video):
            source = item.look.seen(video.shown_size)
            focus = placed(source, film, item.fit, focus).point(focus, source, film)
        case StillPicture():
            focus = still_focus(item.source, film, item.fit).mirrored(item.flip).at(frame)
        case _:
            # A title is set anew for the deliverable's own picture.
            return (0.0, 0.0, 1.0, 1.0)
    whole = shown_region(
        film,
        film=film,
        picture=(spec.width, spec.height),
        source_fit="crop",
        film_fit=item.film_fit or spec.fit,
        focus=focus,
    )
    return whole.in_source


def is_cropped(item: Item, timeline: Timeline, picture: Size, fit: Fit) -> bool:
    """Whether some of a shot's picture is not seen in a deliverable's."""
    return cut_away(item, timeline, picture, fit) != (0.0, 0.0)
