"""Lines of text set in fonts: how long they are, where they are broken, and what they cover of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from stitcher.media.font_file import FontFile
from stitcher.pictures.text_runs import Piece, TextRun, clusters, is_right_to_left, pieces, runs
from stitcher.pictures.typeface import has_letter, has_shaping, load_font

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_ESTIMATED_AT = 64.0
"""Size of the fonts at which pieces of lines are measured beforehand."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a paragraph."""

    text: str
    right_to_left: bool
    """As its paragraph is."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Fonts at a size, in which lines are set."""

    fonts: tuple[FontFile | None, ...]
    size: float
    """Of the fonts, in pixels."""
    tracking: float
    """Pixels between letters, besides what the font has there."""

    def length(self, line: TextLine) -> float:
        """Of a line, in pixels."""
        return _measured(self, line)

    def measure(self, line: TextLine) -> float:
        """The same, measured now."""
        return sum(self._length(run) for run in self._runs(line)) + self.tracking * self._gaps(line.text)

    def estimate(self, text: str) -> float:
        """About how long a piece of a line is, in pixels; known at once where it was asked for at any size."""
        return _share_of_size(self.fonts, text) * self.size + self.tracking * len(clusters(text))

    def draw(self, draw: Any, line: TextLine, at: tuple[float, float], stroke: float = 0.0) -> None:
        """Set a line with its base line beginning at a point, `stroke` pixels wider on all sides."""
        x, base = at
        for run in self._runs(line):
            if self.tracking:
                self._set_apart(draw, run, (x, base), stroke)
                x += self.tracking * (self._gaps(run.text) + 1)
            else:
                self._set(draw, run.text, run, (x, base), stroke)
            x += self._length(run)

    def _runs(self, line: TextLine) -> tuple[TextRun, ...]:
        has = [partial(has_letter, font) for font in self.fonts]
        return runs(line.text, has, line.right_to_left)

    def _gaps(self, text: str) -> int:
        return max(0, len(clusters(text)) - 1)

    def _font(self, run: TextRun) -> FreeTypeFont:
        return load_font(self.fonts[run.font], self.size)

    def _length(self, run: TextRun) -> float:
        return float(self._font(run).getlength(run.text, **self._options(run)))

    def _options(self, run: TextRun) -> dict[str, Any]:
        """How a run is shaped; nothing can be said of it without Raqm."""
        if not has_shaping():
            return {}
        # Letters that are set apart must not melt into one.
        unjoined = {"features": ["-liga", "-clig"]} if self.tracking else {}
        return {"direction": "rtl" if run.right_to_left else "ltr", **unjoined}

    def _set(self, draw: Any, text: str, run: TextRun, at: tuple[float, float], stroke: float) -> None:
        draw.text(
            at, text, fill=255, font=self._font(run), anchor="ls", stroke_width=stroke, **self._options(run)
        )

    def _set_apart(self, draw: Any, run: TextRun, at: tuple[float, float], stroke: float) -> None:
        font, options, before = self._font(run), self._options(run), ""
        right = at[0] + self._length(run) + self.tracking * self._gaps(run.text)
        for number, part in enumerate(clusters(run.text)):
            before += part
            # Measured from where the run begins, so that kerning with the letter before is kept.
            reached = float(font.getlength(before, **options)) + self.tracking * number
            width = float(font.getlength(part, **options))
            x = right - reached if run.right_to_left else at[0] + reached - width
            self._set(draw, part, run, (x, at[1]), stroke)


def broken(paragraphs: Sequence[str], lettering: Lettering, room: float) -> list[list[TextLine]]:
    """The lines of each paragraph, no wider than `room` where words allow."""
    return [
        _filled(pieces(paragraph), is_right_to_left(paragraph), lettering, room) for paragraph in paragraphs
    ]


def evened(paragraph: str, lines: list[TextLine], lettering: Lettering, room: float) -> list[TextLine]:
    """As many lines of a paragraph, of about equal width: no word is left alone on the last one."""
    parts, right_to_left = pieces(paragraph), is_right_to_left(paragraph)
    if len(lines) > 1:
        low, high = room / len(lines), room
        for _ in range(8):
            middle = (low + high) / 2
            tried = _filled(parts, right_to_left, lettering, middle)
            if len(tried) > len(lines) or max(map(lettering.length, tried)) > room:
                low = middle
            else:
                high, lines = middle, tried
    return lines


def _filled(parts: Sequence[Piece], right_to_left: bool, lettering: Lettering, room: float) -> list[TextLine]:
    """Pieces on lines, each with as many as fit on it.

    Where a line ends is estimated by its pieces' own lengths: to measure it whole with every piece that is added would
    take minutes for a page of Chinese.
    """
    lines, first = [], 0
    while first < len(parts):
        last, estimate = first + 1, lettering.estimate(parts[first].text)
        while last < len(parts) and estimate <= room:
            estimate += lettering.estimate(parts[last].before + parts[last].text)
            last += 1
        line = _line(parts[first:last], right_to_left)
        while last - first > 1 and lettering.length(line) > room:
            last -= 1
            line = _line(parts[first:last], right_to_left)
        while last < len(parts):
            longer = _line(parts[first : last + 1], right_to_left)
            if lettering.length(longer) > room:
                break
            line, last = longer, last + 1
        lines.append(line)
        first = last
    return lines


def _line(parts: Sequence[Piece], right_to_left: bool) -> TextLine:
    text = parts[0].text + "".join(part.before + part.text for part in parts[1:])
    return TextLine(text, right_to_left)


@lru_cache(maxsize=4096)
def _measured(lettering: Lettering, line: TextLine) -> float:
    return lettering.measure(line)


@lru_cache(maxsize=4096)
def _share_of_size(fonts: tuple[FontFile | None, ...], text: str) -> float:
    return (
        Lettering(fonts, _ESTIMATED_AT, 0.0).measure(TextLine(text, is_right_to_left(text))) / _ESTIMATED_AT
    )
