"""A film as one delivery frames it: other fits, another focus, of all shots or of single ones. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stitcher.storyboard.choices import Fit
from stitcher.storyboard.framing import FocusKeys, ShotFraming
from stitcher.storyboard.model import Delivery
from stitcher.timeline.focus import Focus, focus_of
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import StillPicture, Title


@dataclass(frozen=True, slots=True)
class Reframing:
    """What a delivery says of how its film is framed."""

    fit: Fit | None = None
    focus: FocusKeys | None = None
    shots: tuple[tuple[str, ShotFraming], ...] = ()
    """By shot, before what is said of all."""

    @classmethod
    def of(cls, delivery: Delivery) -> Reframing:
        """What a storyboard's delivery says."""
        return cls(delivery.fit, delivery.focus, tuple(delivery.shots.items()))

    def of_shot(self, shot: str) -> tuple[Fit | None, FocusKeys | None]:
        """The fit and the focus of one shot; `None` where it stays as it is."""
        said = dict(self.shots).get(shot)
        if said is None:
            return self.fit, self.focus
        return said.fit or self.fit, said.focus or self.focus

    def applied(self, timeline: Timeline) -> Timeline:
        """The film as it is framed so."""
        if self == Reframing():
            return timeline
        return replace(timeline, items=tuple(_reframed(item, timeline, self) for item in timeline.items))


def _reframed(item: Item, timeline: Timeline, reframing: Reframing) -> Item:
    fit, focus = reframing.of_shot(item.shot)
    if fit is not None:
        item = replace(item, film_fit=fit)
    if focus is not None:
        item = with_focus(item, focus_of(focus, timeline.rate, item.source_range.start))
    return item


def with_focus(item: Item, focus: Focus) -> Item:
    """A shot with another focus, which a title has not."""
    match item.source:
        case Title():
            return item
        case StillPicture():
            still = replace(item.source, focus=focus.mirrored(item.flip).keys[0].point)
            return replace(item, focus=focus, source=still)
        case _:
            return replace(item, focus=focus)
