"""Burnt-in captions drawn in Python: text never reaches a filter graph. Pictures are `(height, width, 4)` uint8 RGBA,
straight alpha, of a page's size.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stitcher.captions.line_breaks import MOST_LINES
from stitcher.captions.track import CaptionStyle, FilmCaption, Screen
from stitcher.captions.words import COLOURS, Span, Words, has_tag, joined, lines_of, plain
from stitcher.errors import InputError
from stitcher.media.font_file import FontFile
from stitcher.pictures.title_page import Page
from stitcher.pictures.titles import Rgba, parsed_colour
from stitcher.pictures.typeface import cap_height, check_glyphs, load_font

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

_WIDTH_SHARE = 0.84
"""Of the picture, that lines may have: what is outside may lie behind a frame or a button."""
_EDGE = 0.07
"""Share of the height between a picture's edge and the box of the line next to it."""
_HEIGHT_SHARE = 0.45
_PADDING = 0.5
"""Around the letters, in cap heights; the boxes of lines touch."""
_BOX_ALPHA = 160
_SLANT = 0.2
_WEIGHT = 1 / 28
"""How much wider strokes of bold letters are, of the font's size; the bundled font has no bold of its own."""


def draw_screen(screen: Screen, style: CaptionStyle, page: Page) -> Rgba:
    """The picture of what is shown at once. Raises `InputError` as `check_captions` does, and where it does not fit."""
    from PIL import Image

    sheet = _Sheet(Image.new("RGBA", (page.width, page.height)), style, page)
    for at_top in (True, False):
        lines = [
            line
            for one in screen.captions
            if one.is_at_top(style) is at_top
            for line in wrapped(one.words, style, page)
        ]
        sheet.draw(lines, at_top=at_top)
    picture = np.asarray(sheet.image).copy()
    picture.flags.writeable = False
    return picture


def check_captions(captions: Iterable[FilmCaption], style: CaptionStyle) -> None:
    """Raise `InputError` for a font that cannot be used, letters it lacks, or a colour."""
    parsed_colour(style.colour)
    parsed_colour(style.background)
    letters: dict[str, str] = {}
    for one in captions:
        for letter in plain(one.words):
            letters.setdefault(letter, str(one))
    for letter, caption in letters.items():
        check_glyphs((caption_font(style),), letter, f"The caption {caption}")


def caption_font(style: CaptionStyle) -> FontFile | None:
    """The font that captions are set in; `None` is the bundled one."""
    return None if style.font is None else FontFile(style.font, style.font_sha256 or "", style.font_face)


def too_many_lines(
    captions: Iterable[FilmCaption], style: CaptionStyle, page: Page
) -> tuple[FilmCaption, ...]:
    """The captions that take more lines on a page than are good to read."""
    return tuple(one for one in captions if len(wrapped(one.words, style, page)) > MOST_LINES)


def wrapped(words: Words, style: CaptionStyle, page: Page) -> tuple[Words, ...]:
    """The lines of a caption on a page: its own, wrapped where they are wider than the page has room for."""
    font = _font(style, page)
    room = (
        page.seen[0] * min(_WIDTH_SHARE, 1 - 2 * max(page.margins[1], page.margins[3]))
        - _padding(style, page) * 2
    )
    lines: list[Words] = []
    for line in lines_of(words):
        lines += _wrapped(line, font, room)
    return tuple(lines)


def _wrapped(line: Words, font: FreeTypeFont, room: float) -> Iterator[Words]:
    """A line in parts of about equal width, each within the room where its words are."""
    if _length(line, font) <= room:
        yield line
        return
    words = _split(line)
    parts = max(2, -int(-_length(line, font) // room))
    while True:
        target = room if parts >= len(words) else min(room, _length(line, font) / parts * 1.08)
        made = _filled(words, font, target)
        if len(made) <= parts or parts >= len(words):
            yield from made
            return
        parts += 1


def _filled(words: Sequence[Words], font: FreeTypeFont, room: float) -> list[Words]:
    made = [words[0]]
    for word in words[1:]:
        longer = joined((*made[-1], Span(" ", word[0].tags), *word))
        if _length(longer, font) <= room:
            made[-1] = longer
        else:
            made.append(word)
    return made


def _split(line: Words) -> list[Words]:
    """A line word by word; letter by letter where it has no spaces, as in Chinese."""
    words: list[list[Span]] = [[]]
    for span in line:
        first, *rest = span.text.split(" ")
        words[-1].append(Span(first, span.tags))
        words += [[Span(text, span.tags)] for text in rest]
    made = [joined(word) for word in words]
    made = [word for word in made if word]
    if len(made) == 1:
        return [(Span(letter, span.tags),) for span in line for letter in span.text]
    return made


def _length(line: Words, font: FreeTypeFont) -> float:
    return sum(float(font.getlength(span.text)) for span in line)


def _font(style: CaptionStyle, page: Page) -> FreeTypeFont:
    font = caption_font(style)
    return load_font(font, _cap(style, page) / cap_height(font))


def _cap(style: CaptionStyle, page: Page) -> float:
    return max(style.size * page.unit, 4.0)


def _padding(style: CaptionStyle, page: Page) -> int:
    return round(_cap(style, page) * _PADDING)


@dataclass(frozen=True, slots=True)
class _Sheet:
    image: Image
    style: CaptionStyle
    page: Page

    def draw(self, lines: Sequence[Words], *, at_top: bool) -> None:
        """Lines one below the other, at the top or the bottom of what is seen of the page."""
        if not lines:
            return
        page, cap, pad = self.page, round(_cap(self.style, self.page)), _padding(self.style, self.page)
        step = cap + 2 * pad
        tall = step * (len(lines) - 1) + cap
        if tall > page.seen[1] * _HEIGHT_SHARE:
            first = " ".join(plain(lines[0]).split())
            raise InputError(
                f"The {len(lines)} lines of captions shown at once, {first!r} the first, do not fit on a picture of "
                f"{page.seen[0]}x{page.seen[1]}; make them shorter, or smaller by 'style: {{size: …}}'."
            )
        if at_top:
            base = page.top + page.seen[1] * max(_EDGE, page.margins[0]) + pad + cap
        else:
            base = page.top + page.seen[1] * (1 - max(_EDGE, page.margins[2])) - pad - step * (len(lines) - 1)
        for line in lines:
            self._line(line, round(base), pad, cap)
            base += step

    def _line(self, line: Words, base: int, pad: int, cap: int) -> None:
        from PIL import Image

        font = _font(self.style, self.page)
        length = _length(line, font)
        left = round((self.page.width - length) / 2)
        box = Image.new(
            "RGBA",
            (round(length) + 2 * pad, cap + 2 * pad),
            (*parsed_colour(self.style.background), _BOX_ALPHA),
        )
        self.image.alpha_composite(box, (max(0, left - pad), max(0, base - cap - pad)))
        x = float(left)
        # Scripts that are written right to left are one run, so that their words stay in order.
        runs = [Span(plain(line), line[0].tags)] if _right_to_left(plain(line)) else line
        for run in runs:
            self._run(run, font, x, base)
            x += float(font.getlength(run.text))

    def _run(self, run: Span, font: FreeTypeFont, x: float, base: int) -> None:
        from PIL import Image, ImageDraw

        ink = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(ink)
        stroke = max(1, round(font.size * _WEIGHT)) if has_tag(run, "b") else 0
        draw.text((x, base), run.text, fill=255, font=font, anchor="ls", stroke_width=stroke)
        if has_tag(run, "u"):
            thick = max(1, round(font.size / 16))
            draw.rectangle((x, base + 2 * thick, x + font.getlength(run.text), base + 3 * thick), fill=255)
        if has_tag(run, "i"):
            shear = (1, _SLANT, -_SLANT * base, 0, 1, 0)
            ink = ink.transform(ink.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
        named = next((name for tag in run.tags for name in tag.classes if name in COLOURS), None)
        colour = parsed_colour(f"#{COLOURS[named]}" if named else self.style.colour)
        layer = Image.new("RGBA", self.image.size, (*colour, 0))
        layer.putalpha(ink)
        self.image.alpha_composite(layer)


def _right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
