"""What lies over shots and over the film, on tracks of its own: texts, pictures and clips, drawn as media. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from stitcher.exporters.handover import MediaFile, PictureItem, VideoTrack
from stitcher.exporters.losses import Loss
from stitcher.media.clip import Clip
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureOverlay, Title

MediaOf = Callable[[Clip, str], MediaFile]
"""The media of a clip that was drawn, and what it is called after."""

OVER_FILM = "film overlay"
"""What things that lie over the film are called, with a number."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What stitcher drew for an item that editors cannot draw themselves."""

    clip: Clip | None = None
    """Its visible pictures, and some before and after, at the film's rate, without text over them; `None` where its own
    clip is shown."""
    overlays: tuple[Clip, ...] = ()
    """One for each of the item's overlays, transparent."""
    head: int = 0
    """Pictures of `clip` before the visible ones."""


def overlay_tracks(
    timeline: Timeline, drawn: Mapping[int, Drawn], over_film: Sequence[Clip], media_of: MediaOf
) -> tuple[VideoTrack, ...]:
    """On as many tracks as lie over each other; `over_film` is what was drawn of each overlay of the film."""
    tracks: list[list[PictureItem]] = []
    lowest = 0
    for item in _over_shots(timeline, drawn, media_of):
        _add(tracks, item, lowest)
    # What lies over the film lies over all that lies over shots.
    lowest = len(tracks)
    for item in _over_film(timeline, over_film, media_of):
        _add(tracks, item, lowest)
    return tuple(VideoTrack(f"Text {number}", tuple(items)) for number, items in enumerate(tracks, start=1))


def overlay_losses(timeline: Timeline, over_film: Sequence[Clip]) -> Iterator[Loss]:
    """What is to be said of each overlay of the film, and of those of shots that lie in a transition: on a track of
    their own they take no part in it."""
    for index, item in enumerate(timeline.items):
        alone = timeline.solo_range(index)
        for one in item.overlays:
            seen = one.span.shifted(item.record_start).intersection(item.record_range)
            if seen and not alone.holds(seen):
                yield Loss("overlay-blend", item.shot, "text" if isinstance(one, Title) else one.name)
    for laid, clip in zip_longest(timeline.overlays, over_film):
        yield Loss("effect" if clip is None else "drawn", "film", laid.name)


def _add(tracks: list[list[PictureItem]], item: PictureItem, lowest: int) -> None:
    track = next((one for one in tracks[lowest:] if one[-1].record.stop <= item.record.start), None)
    if track is None:
        tracks.append(track := [])
    track.append(item)


def _over_shots(timeline: Timeline, drawn: Mapping[int, Drawn], media_of: MediaOf) -> Iterator[PictureItem]:
    for index, item in enumerate(timeline.items):
        clips = drawn.get(index, Drawn()).overlays
        for number, one in enumerate(item.unhidden.overlays):
            kind, what = ("text", "text") if isinstance(one, Title) else ("overlay", Path(one.name).stem)
            media = media_of(clips[number], f"{item.shot} {what}") if number < len(clips) else None
            start = item.record_start + one.start
            yield _overlay(one, f"{item.shot} {kind} {number + 1}", media, start, enabled=item.enabled)


def _over_film(timeline: Timeline, drawn: Sequence[Clip], media_of: MediaOf) -> Iterator[PictureItem]:
    for number, one in enumerate(timeline.overlays):
        media = media_of(drawn[number], f"film {Path(one.name).stem}") if number < len(drawn) else None
        yield _overlay(one, f"{OVER_FILM} {number + 1}", media, one.start)


def _overlay(
    one: Title | PictureOverlay, name: str, media: MediaFile | None, start: int, *, enabled: bool = True
) -> PictureItem:
    whole = FrameRange(0, one.frames)
    return PictureItem(
        name=name,
        media=media,
        record=whole.shifted(start),
        source=whole,
        available=whole,
        title=one if media is None and isinstance(one, Title) else None,
        enabled=enabled,
    )
