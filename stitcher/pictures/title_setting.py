"""Titles set in type: in which fonts, how large, on which lines, and where those begin on a page."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from stitcher.errors import InputError
from stitcher.pictures.lettering import Lettering, TextLine, broken, evened
from stitcher.pictures.title_page import Page
from stitcher.pictures.title_place import TitlePlace, place_of
from stitcher.pictures.typeface import cap_height, check_glyphs, is_joined
from stitcher.timeline.picture import Title

_MOST_LETTERS = 5000
_LEAST_CAP = 1 / 144
"""Of a page's unit: smaller text cannot be read."""
_LEADING = 1.55
"""Distance of base lines, in cap heights times this, plus a little for descenders."""
_TRACKING_EM = 0.025


@dataclass(frozen=True)
class TitleSetting:
    """Lines of a title and where their base lines begin."""

    lettering: Lettering
    lines: tuple[TextLine, ...]
    points: tuple[tuple[float, float], ...]
    cap: float
    """Height of capital letters."""
    place: TitlePlace
    top: float
    bottom: float
    """Of the block, from the capitals of the first line to what goes below the last."""


def set_share(title: Title, page: Page) -> float:
    """How large a title is set on a page, as a share of the size that it asks for: below 1 where it would not fit.

    Raises `InputError` as `title_setting` does.
    """
    setting = title_setting(title, page)
    return 1.0 if setting is None else setting.cap / _cap(title, page)


def _cap(title: Title, page: Page) -> float:
    return max(title.size * page.unit, 1.0)


@lru_cache(maxsize=8)
def title_setting(title: Title, page: Page) -> TitleSetting | None:
    """A title set as large as it asks for, or as it fits; `None` for a plain card.

    Raises `InputError` for letters that its fonts lack, and for what does not fit.
    """
    if title.kind == "card" and not title.text.strip():
        return None
    paragraphs, fonts = _clean(title), (title.font, *title.fallbacks)
    check_glyphs(fonts, "".join(paragraphs), f"The title {_short(title.text)}")
    place, unit = place_of(title, page), cap_height(title.font)
    stroke = 0.0 if title.outline is None else title.outline.width
    room_x, room_y = place.room
    cap, least = _cap(title, page), max(page.unit * _LEAST_CAP, 1.0)
    while True:
        lettering = Lettering(fonts, cap / unit, _tracking(title, paragraphs) * cap / unit)
        step = _step(title, cap, lettering.size)
        within = room_x - 2 * stroke * cap
        made = broken(paragraphs, lettering, within)
        lines = [line for paragraph in made for line in paragraph]
        tall = step * (len(lines) - 1) + cap
        wide = max(map(lettering.length, lines))
        if wide <= within and tall <= room_y:
            break
        if cap <= least:
            raise InputError(_too_large(title, page, wide / max(within, 1), tall / max(room_y, 1)))
        # Text is as high as the square of its letters; far from what fits, it is approached in few steps.
        near = 1.1 * min((room_y / tall) ** 0.5, max(within, 0) / wide)
        cap = max(least, cap * min(0.94, near))
    pairs = zip(paragraphs, made, strict=True)
    lines = [line for paragraph, rough in pairs for line in evened(paragraph, rough, lettering, within)]
    lengths = [lettering.length(line) for line in lines]
    left, top = place.corner(max(lengths) + 2 * stroke * cap, tall)
    points = tuple(
        (left + stroke * cap + indent, top + cap + step * number)
        for number, indent in enumerate(place.indents(lengths))
    )
    return TitleSetting(lettering, tuple(lines), points, cap, place, top, top + tall + cap * 0.3)


def _step(title: Title, cap: float, size: float) -> float:
    """From one base line to the next."""
    return cap * _LEADING + size * 0.12 if title.line_height is None else size * title.line_height


def _too_large(title: Title, page: Page, wide: float, tall: float) -> str:
    seen = f"{page.seen[0]}x{page.seen[1]}"
    over = f"{wide:.3g} times as wide" if wide > tall else f"{tall:.3g} times as high"
    return (
        f"The title {_short(title.text)} does not fit on a picture of {seen}: where it lies, even the smallest letters "
        f"that can be read make it {over} as there is room; make it shorter, or move it."
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 40 else line[:39] + "…")


def _tracking(title: Title, lines: list[str]) -> float:
    """How far letters are set apart, of the font's size."""
    letters = "".join(lines)
    if title.tracking is not None:
        if title.tracking and any(map(is_joined, letters)):
            raise InputError(
                f"The title {_short(title.text)} is in a script whose letters join, and 'tracking' would tear them "
                "apart; leave it out."
            )
        return title.tracking
    # Letters are set apart only where each stands alone; other scripts have their own ways.
    simple = all(
        letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for letter in letters
        if letter.isalpha()
    )
    marks = any(unicodedata.combining(letter) for letter in letters)
    return _TRACKING_EM if simple and not marks and title.kind == "card" else 0.0


def _clean(title: Title) -> list[str]:
    if len(title.text) > _MOST_LETTERS:
        raise InputError(
            f"A title of {len(title.text)} letters cannot be read on a screen; {_MOST_LETTERS} is the most."
        )
    text = unicodedata.normalize("NFC", title.text.replace("\t", " "))
    lines = [
        " ".join("".join(letter for letter in line if unicodedata.category(letter) != "Cc").split())
        for line in text.strip("\n").splitlines()
    ]
    if not any(lines):
        raise InputError("A title has no text; write some, or leave the title out.")
    return lines
