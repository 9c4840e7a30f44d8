"""Texts in ten scripts, and fonts that have their letters on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stitcher.pictures import substitute_fonts
from tests.tools import require

FONTS = Path(__file__).parent / "fonts"

TEXTS = {
    "Latin": "The Lighthouse",
    "Greek": "Ο Φάρος",
    "Cyrillic": "Маяк",
    "Arabic": "المنارة",
    "Hebrew": "המגדלור שלום",
    "Devanagari": "प्रकाश स्तंभ हिन्दी",
    "Thai": "ประภาคารที่น้ำ",
    "Chinese": "灯塔直骨",
    "Japanese": "灯台を見る、直骨。",
    "Korean": "등대한글",
}

SET_IN = {
    "Arabic": ("NotoSansArabic.ttf", 0),
    "Hebrew": ("NotoSansHebrew.ttf", 0),
    "Devanagari": ("NotoSansDevanagari.ttf", 0),
    "Thai": ("NotoSansThai.ttf", 0),
    "Chinese": ("NotoSansCJK.ttc", 2),
    "Japanese": ("NotoSansCJK.ttc", 0),
    "Korean": ("NotoSansCJK.ttc", 1),
}
"""File and face that letters come from which the bundled font lacks."""


@contextmanager
def only_these_fonts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let fontconfig know the fonts of the tests and no others."""
    require("fc-list")
    settings = folder / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder / 'fonts-cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))
    substitute_fonts.font_of_machine.cache_clear()
    try:
        yield
    finally:
        substitute_fonts.font_of_machine.cache_clear()
