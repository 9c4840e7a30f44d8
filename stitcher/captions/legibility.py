"""What makes captions hard to read, told: too quick, too short, too long, too many lines, several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from stitcher.captions.line_breaks import MOST_LETTERS, MOST_LINES, width
from stitcher.captions.track import CaptionTrack, FilmCaption, screens
from stitcher.captions.words import plain
from stitcher.timebase import format_decimal

MOST_LETTERS_A_SECOND = 20
"""What adults read, as streaming services have it."""
LEAST_SECONDS = Fraction(5, 6)
MOST_SECONDS = 7
_NAMED = 3


def legibility_notes(track: CaptionTrack, rate: Fraction) -> tuple[str, ...]:
    """A sentence for each kind of trouble, with how many captions have it and where the first ones are."""

    def seconds(one: FilmCaption) -> Fraction:
        return len(one.record) / rate

    def speed(one: FilmCaption) -> Fraction:
        return width(plain(one.words).replace("\n", "")) / seconds(one)

    def lines(one: FilmCaption) -> list[str]:
        return plain(one.words).split("\n")

    checks: Sequence[tuple[str, Callable[[FilmCaption], bool], Callable[[FilmCaption], str]]] = (
        (
            f"too quick to read, above {MOST_LETTERS_A_SECOND} letters a second",
            lambda one: speed(one) > MOST_LETTERS_A_SECOND,
            lambda one: f"{format_decimal(speed(one), 0)} a second",
        ),
        (
            f"shown for less than {format_decimal(LEAST_SECONDS, 2)} s",
            lambda one: seconds(one) < LEAST_SECONDS and one.record.start > 0,
            lambda one: f"{format_decimal(seconds(one), 2)} s",
        ),
        (
            f"shown for more than {MOST_SECONDS} s",
            lambda one: seconds(one) > MOST_SECONDS,
            lambda one: f"{format_decimal(seconds(one), 1)} s",
        ),
        (
            f"of more than {MOST_LINES} lines",
            lambda one: len(lines(one)) > MOST_LINES,
            lambda one: f"{len(lines(one))} lines",
        ),
        (
            f"with a line of more than {MOST_LETTERS} letters",
            lambda one: max(map(width, lines(one))) > MOST_LETTERS,
            lambda one: f"{max(map(width, lines(one)))} letters",
        ),
    )
    notes = [
        _note(track, what, [(one, figure(one)) for one in track.captions if is_so(one)], rate)
        for what, is_so, figure in checks
    ]
    doubled = {screen.captions[-1]: None for screen in screens(track.captions) if len(screen.captions) > 1}
    notes.append(_note(track, "shown while another is", [(one, "") for one in doubled], rate))
    return tuple(note for note in notes if note)


def _note(track: CaptionTrack, what: str, such: Sequence[tuple[FilmCaption, str]], rate: Fraction) -> str:
    if not such:
        return ""
    first = "; ".join(
        f"{one} at {format_decimal(one.record.start / rate, 2)}s{f', {figure}' if figure else ''}"
        for one, figure in such[:_NAMED]
    )
    rest = f"; and {len(such) - _NAMED} more" if len(such) > _NAMED else ""
    return f"Captions {track.label}: {len(such)} {'is' if len(such) == 1 else 'are'} {what}: {first}{rest}."
