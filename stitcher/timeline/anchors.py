"""Anchors found in a laid-out film: where shots, seams, markers and the film's end lie, in frames and samples. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from stitcher.storyboard.anchor import Anchor, Position
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import FrameRange, seconds_to_samples
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Item, Marker, Transition


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
        position = anchor.resolve(self.shots, self.markers)
        if position is None:
            return anchor.missing(self.shots, self.markers)
        if position.base == "marker" and len(set(self.markers[position.name])) > 1:
            return (
                f"{len(self.markers[position.name])} markers are called {position.name!r}: rename the others."
            )
        return position

    def sample(self, position: Position) -> int:
        """The sample a position means; may lie outside the film."""
        offset = position.offset.to_samples(self.rate)
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
