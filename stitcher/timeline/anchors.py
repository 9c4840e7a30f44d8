"""Anchors found in a laid-out film: where shots, seams, markers and the film's end lie, in frames and samples. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from stitcher.storyboard.anchor import SPOKEN, Anchor, Position
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, FrameRange, round_half_up, seconds_to_samples
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Item, Marker
from stitcher.timeline.picture import Transition
from stitcher.timeline.spoken import SpokenPlace, SpokenPlaces

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything that an anchor can name lies in the film, record clock."""

    rate: Fraction
    film_frames: int
    shots: Mapping[str, FrameRange]
    overlaps: Mapping[str, int]
    """By shot: frames of the transition by which it comes in."""
    markers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By name: the frames that are called so."""
    spoken: SpokenPlaces = field(default_factory=SpokenPlaces)
    """Lines and words, as far as they are placed."""

    @classmethod
    def of(cls, items: Sequence[Item], transitions: Sequence[Transition], rate: Fraction) -> Places:
        """Of a film, markers left out."""
        overlaps = {item.shot: join.frames for item, join in zip(items[1:], transitions, strict=True)}
        shots = {item.shot: item.record_range for item in items}
        return cls(rate, items[-1].record_range.stop, shots, overlaps)

    def with_markers(self, markers: Sequence[Marker]) -> Places:
        """With the film's markers."""
        frames: dict[str, tuple[int, ...]] = {}
        for marker in markers:
            frames[marker.name] = (*frames.get(marker.name, ()), marker.frame)
        return replace(self, markers=frames)

    def position(self, anchor: Anchor) -> Position | str:
        """What an anchor means here, or the reason why it means nothing."""
        spoken = self.spoken.names
        position = anchor.resolve(self.shots, self.markers, spoken)
        if position is None:
            return anchor.missing(self.shots, self.markers, spoken)
        if position.base in SPOKEN and len(places := spoken[position.base][position.name]) > 1:
            return _ambiguous(position, places)
        if position.base == "marker" and len(set(self.markers[position.name])) > 1:
            return (
                f"{len(self.markers[position.name])} markers are called {position.name!r}: rename the others."
            )
        return position

    def with_spoken(self, spoken: SpokenPlaces) -> Places:
        """With lines and words."""
        return replace(self, spoken=spoken)

    def sample(self, position: Position) -> int:
        """The sample a position means; may lie outside the film."""
        offset = position.offset.to_samples(self.rate)
        if position.base in SPOKEN:
            base = self._spoken(position)
        else:
            base = seconds_to_samples(Fraction(self._half_frames(position), 2) / self.rate)
        return base - offset if position.before else base + offset

    def frame(self, position: Position) -> int:
        """The frame a position means; may lie outside the film."""
        offset = position.offset.to_frames(self.rate)
        base = self._half_frames(position) // 2
        return base - offset if position.before else base + offset

    def _half_frames(self, position: Position) -> int:
        """Where a position's base is; in halves, because a transition of odd length has its middle inside a frame."""
        name = position.name
        match position.base:
            case "start":
                return 0
            case "end":
                return 2 * self.film_frames
            case "shot":
                return 2 * self.shots[name].start
            case "shot end":
                return 2 * self.shots[name].stop
            case "seam":
                return 2 * self.shots[name].start + self.overlaps.get(name, 0)
            case "marker":
                return 2 * self.markers[name][0]
            case _:
                return 2 * round_half_up(Fraction(self._spoken(position), SAMPLE_RATE) * self.rate)

    def _spoken(self, position: Position) -> int:
        """The sample of a line or word."""
        (place,) = self.spoken.names[position.base][position.name]
        return place.stop if position.base.endswith("end") else place.start


def _ambiguous(position: Position, places: Sequence[SpokenPlace]) -> str:
    """That several lines or words have that name, and how to say which."""
    some = "; ".join(
        f"{f'#{number} ' if position.base.startswith('word') else ''}{place}"
        for number, place in enumerate(places[:_NAMED], 1)
    )
    more = f"; and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
    if position.base.startswith("line"):
        return f"{len(places)} lines are called {position.name!r} ({some}{more}): give them a 'name' each."
    return (
        f"the word {position.name!r} is said {len(places)} times ({some}{more}): write which, such as "
        f"word:{position.name}#1."
    )


def place_markers(board: Storyboard, items: Sequence[Item], places: Places) -> tuple[Marker, ...]:
    """The film's markers, one at the start of each shot among them. Raises `PlanError` with all that lie outside."""
    issues = IssueCollector(board)
    markers = []
    for index, (shot, item) in enumerate(zip(board.shots, items, strict=True)):
        markers.append(Marker(item.record_start, shot.id))
        for number, marker in enumerate(shot.markers):
            frame, has = marker.at.to_frames(places.rate), len(item.source_range)
            if frame >= has:
                issues.add(
                    ("shots", index, "markers", number),
                    f"shot {shot.id!r} has {has} frames, and the marker {marker.name!r} is at {frame}.",
                )
            markers.append(Marker(item.record_start + frame, marker.name, marker.note))
    for number, mark in enumerate(board.markers):
        here = ("markers", number, "at")
        position = places.position(mark.at)
        if isinstance(position, str):
            issues.add(here, f"the marker {mark.name!r} is anchored to {mark.at.text!r}: {position}")
            continue
        frame, film = places.frame(position), places.film_frames
        if not 0 <= frame < film:
            issues.add(here, f"the marker {mark.name!r} is at frame {frame}, and the film has {film} frames.")
        markers.append(Marker(frame, mark.name, mark.note))
    issues.raise_any()
    return tuple(sorted(markers, key=lambda marker: marker.frame))
