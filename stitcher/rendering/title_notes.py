"""What is to be said of titles in a deliverable's own picture."""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.delivery.spec import DeliverySpec
from stitcher.errors import InputError
from stitcher.pictures.title_page import Page
from stitcher.rendering.film_frame import title_page, treated_title_page
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Title


def title_notes(timeline: Timeline, delivery: DeliverySpec) -> Iterator[str]:
    """A note for each title that does not fit as large as it asks to be set."""
    for shot, title, page in _titles(timeline, delivery):
        from stitcher.pictures.title_setting import set_share

        try:
            share = set_share(title, page)
        except InputError:
            # Drawing it says so.
            continue
        if share < 1:
            seen = f"{page.seen[0]}x{page.seen[1]}"
            yield (
                f"shot {shot!r}: its text is wider or higher than its place on {seen}, and set at {share * 100:.0f} % "
                "of its size."
            )


def _titles(timeline: Timeline, delivery: DeliverySpec) -> Iterator[tuple[str, Title, Page]]:
    for item in timeline.items:
        page = title_page(timeline, delivery)
        if isinstance(item.source, Title):
            yield item.shot, item.source, treated_title_page(timeline, delivery) if item.effects else page
        for title in item.overlays:
            if isinstance(title, Title):
                yield item.shot, title, page
