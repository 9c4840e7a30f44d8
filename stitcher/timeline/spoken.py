"""Spoken places: where lines and words are in the film, and in which order sounds that are anchored to them are placed.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from stitcher.captions.word_times import TimedWord
from stitcher.storyboard import model as written
from stitcher.storyboard.anchor import AnchorBase
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal, round_half_up, seconds_to_samples
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue


@dataclass(frozen=True, slots=True)
class SpokenPlace:
    """Where a line or a word begins and ends, in samples of the film."""

    start: int
    stop: int
    source: str
    """The sound or the file of captions that it is in."""

    def __str__(self) -> str:
        return f"at {format_decimal(Fraction(self.start, SAMPLE_RATE), 2)}s in {self.source}"


@dataclass(frozen=True, slots=True)
class SpokenPlaces:
    """Every line and word of which it is known where it is, by name and in the order of the film."""

    lines: Mapping[str, tuple[SpokenPlace, ...]] = field(default_factory=dict)
    words: Mapping[str, tuple[SpokenPlace, ...]] = field(default_factory=dict)
    """Each also by its number: `door#2`."""

    @property
    def names(self) -> Mapping[AnchorBase, Mapping[str, tuple[SpokenPlace, ...]]]:
        """What anchors of each kind can name."""
        return {"line": self.lines, "line end": self.lines, "word": self.words, "word end": self.words}

    @classmethod
    def of(
        cls, lines: Iterable[tuple[str, SpokenPlace]], words: Iterable[tuple[str, SpokenPlace]]
    ) -> SpokenPlaces:
        """Of names and places in any order."""
        by_word = _by_name(words)
        numbered = {
            f"{word}#{number}": (place,)
            for word, places in by_word.items()
            for number, place in enumerate(places, 1)
        }
        return cls(_by_name(lines), {**by_word, **numbered})


def _by_name(named: Iterable[tuple[str, SpokenPlace]]) -> dict[str, tuple[SpokenPlace, ...]]:
    found: dict[str, tuple[SpokenPlace, ...]] = {}
    for name, place in sorted(named, key=lambda one: (one[1].start, one[1].stop)):
        found[name] = (*found.get(name, ()), place)
    return found


def words_of_captions(
    board: Storyboard, starts: Mapping[int, Fraction], media: MediaIndex, rate: Fraction
) -> Iterator[tuple[str, SpokenPlace]]:
    """The timed words of the storyboard's own caption files, of which `starts` says where they begin in the film, in
    seconds, by number.
    """
    for number, start in starts.items():
        one = board.captions[number]
        file = media.captions.get(one.file) if one.file is not None else None
        for caption in file.captions if file is not None else ():
            for word in caption.timed:
                begin, end = (
                    seconds_to_samples(start + time - one.in_.to_seconds(rate))
                    for time in (word.start, word.stop)
                )
                if begin >= 0 and one.file is not None:
                    yield word.text, SpokenPlace(begin, end, one.file.name)


def words_of_cue(
    cue: written.Cue, placed: Cue, media: MediaIndex, rate: Fraction
) -> Iterator[tuple[str, SpokenPlace]]:
    """The timed words of a sound that are heard. Of a dub, words that only the line it stands for has are where they
    are in that, for what is the same in all languages to be anchored to.
    """
    if cue.mute:
        return
    pace = placed.stretch / placed.tempo
    timed = _timed_words(cue, media)
    for word in timed:
        begin, end = (
            placed.start_sample + round_half_up((time * SAMPLE_RATE - placed.in_offset_samples) * pace)
            for time in (word.start, word.stop)
        )
        if placed.start_sample <= begin < placed.stop_sample:
            yield word.text, SpokenPlace(begin, min(end, placed.stop_sample), placed.name)
    if cue.own is not None:
        heard = {word.text for word in timed}
        start = cue.own.in_.to_seconds(rate) if cue.own.in_ is not None else Fraction(0)
        for word in _timed_words(cue.own, media):
            if word.text not in heard and word.start >= start:
                begin, end = (
                    placed.start_sample + seconds_to_samples(time - start) for time in (word.start, word.stop)
                )
                yield word.text, SpokenPlace(begin, end, placed.name)


def _timed_words(cue: written.Cue, media: MediaIndex) -> tuple[TimedWord, ...]:
    file = media.captions.get(cue.captions) if cue.captions is not None else None
    return tuple(word for caption in (file.captions if file is not None else ()) for word in caption.timed)


def line_of_cue(cue: written.Cue, placed: Cue) -> Iterator[tuple[str, SpokenPlace]]:
    """A sound as a line, if it is one; a dub also by the name of the line it stands for."""
    if placed.role != "dialogue" or cue.mute:
        return
    place = SpokenPlace(placed.start_sample, placed.stop_sample, placed.sound.name)
    for name in dict.fromkeys((placed.name, *_own_name(cue))):
        yield name, place


def _own_name(cue: written.Cue) -> tuple[str, ...]:
    return (
        (cue.own.file.name,) if cue.own is not None and cue.own.file is not None and cue.name is None else ()
    )


@dataclass(frozen=True, slots=True)
class PlacingOrder:
    """In which order sounds can be placed, by their numbers in the storyboard."""

    rounds: tuple[tuple[int, ...], ...]
    """Each is placed by what the rounds before it were placed at."""
    ring: tuple[int, ...]
    """Sounds that are anchored to each other."""
    needs: Mapping[int, frozenset[int]]
    """By sound: those that it is anchored to, or to a word of which it is."""


def placing_order(board: Storyboard, media: MediaIndex) -> PlacingOrder:
    """The order of a storyboard's sounds: those that are anchored to words and lines after those which have them."""
    needs = _needs(board, media)
    # Those that name what nobody says come last, to be told of all that is said.
    lost = tuple(number for number, others in needs.items() if not others)
    waiting, rounds = [number for number in range(len(board.sound)) if number not in lost], []
    while waiting:
        ready = tuple(number for number in waiting if not needs.get(number, frozenset()) & set(waiting))
        if not ready:
            break
        rounds.append(ready)
        waiting = [number for number in waiting if number not in ready]
    return PlacingOrder((*rounds, lost), tuple(waiting), needs)


def _needs(board: Storyboard, media: MediaIndex) -> dict[int, frozenset[int]]:
    readings = {
        number: [reading for _, anchor in cue.anchors if anchor.is_spoken for reading in anchor.readings]
        for number, cue in enumerate(board.sound)
    }
    if not any(readings.values()):
        return {}
    has: dict[tuple[str, str], set[int]] = {}
    for number, cue in enumerate(board.sound):
        sound = media.sounds.get(cue.file or Path())
        if board.base_role(cue.role) == "dialogue":
            for name in (cue.name or (sound.name if sound is not None else ""), *_own_name(cue)):
                has.setdefault(("line", name), set()).add(number)
        for known in (cue, cue.own):
            for word in _timed_words(known, media) if known is not None else ():
                has.setdefault(("word", word.text), set()).add(number)
    return {
        number: frozenset(
            other
            for reading in named
            for kind in [reading.base.partition(" ")[0]]
            for other in has.get(
                (kind, reading.name.partition("#")[0] if kind == "word" else reading.name), ()
            )
        )
        for number, named in readings.items()
        if named
    }
