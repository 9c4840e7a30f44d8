"""Cues of a storyboard placed, each after those whose lines and words it is anchored to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from stitcher.errors import PlanError
from stitcher.storyboard.model import Position, Storyboard
from stitcher.timebase import SAMPLE_RATE
from stitcher.timeline.anchors import Places
from stitcher.timeline.cues import CuePlacer, Strikes
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue
from stitcher.timeline.spoken import (
    SpokenPlace,
    SpokenPlaces,
    line_of_cue,
    placing_order,
    words_of_captions,
    words_of_cue,
)


@dataclass(frozen=True, slots=True)
class PlacedCues:
    """The cues of a storyboard, in its order."""

    cues: tuple[Cue, ...]
    notes: tuple[str, ...]
    """What a report must say of them."""
    places: Places
    """With their lines and words."""


def placed_cues(board: Storyboard, places: Places, media: MediaIndex) -> PlacedCues:
    """The storyboard's cues, placed. Raises `PlanError` with every one that cannot be."""
    issues = IssueCollector(board)
    order = placing_order(board, media)
    words = list(words_of_captions(board, _caption_starts(board, places), media, places.rate))
    lines: list[tuple[str, SpokenPlace]] = []
    made: dict[int, tuple[Cue, list[str]]] = {}
    for numbers in order.rounds:
        places = places.with_spoken(SpokenPlaces.of(lines, words))
        for number in numbers:
            if order.needs.get(number, frozenset()) - made.keys():
                # What it is anchored to was refused already.
                continue
            cue, placer = board.sound[number], _placer(board, number, places, media, issues)
            placed = placer.place()
            if placed is not None:
                made[number] = placed, placer.notes
                lines += line_of_cue(cue, placed)
                words += words_of_cue(cue, placed, media, places.rate)
    for number in order.ring:
        key = next(key for key, anchor in board.sound[number].anchors if anchor.is_spoken)
        issues.add(
            ("sound", number, key),
            "sounds are anchored to each other's words: give one of them a shot or a time.",
        )
    issues.raise_any()
    in_order = [made[number] for number in sorted(made)]
    heard = [made[number] for number in sorted(made) if board.is_heard(board.sound[number])]
    return PlacedCues(
        tuple(cue for cue, _ in in_order),
        tuple(note for _, notes in heard for note in notes),
        places.with_spoken(SpokenPlaces.of(lines, words)),
    )


def _caption_starts(board: Storyboard, places: Places) -> dict[int, Fraction]:
    """By number: where in the film, in seconds, the storyboard's captions begin that are anchored to no line."""
    starts = {}
    for number, one in enumerate(board.captions):
        position = places.position(one.at) if one.at is not None else None
        if one.at is None or isinstance(position, Position):
            at = 0 if position is None or isinstance(position, str) else places.sample(position)
            starts[number] = Fraction(at, SAMPLE_RATE)
    return starts


def _placer(
    board: Storyboard, number: int, places: Places, media: MediaIndex, issues: IssueCollector
) -> CuePlacer:
    cue = board.sound[number]
    sound = media.sounds.get(cue.file) if cue.file is not None else None
    if cue.file is None or sound is None:
        raise PlanError(f"{str(cue.file)!r} has not been probed.")
    strikes = Strikes(*(found.get((cue.file, cue.stream), ()) for found in (media.onsets, media.beats)))
    role = board.base_role(cue.role)
    return CuePlacer(cue, ("sound", number), places, issues, sound=sound, strikes=strikes, role=role)
