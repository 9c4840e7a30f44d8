"""Captions are set in a font that has their letters: their own, the bundled one, or one of the machine's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stitcher.captions.track import CaptionStyle, CaptionTrack
from stitcher.errors import InputError
from stitcher.media.files import sha256_file
from stitcher.media.system_fonts import SystemFont, fonts_with
from stitcher.pictures import caption_fonts
from stitcher.pictures.caption_fonts import font_note, with_font
from stitcher.rendering.film import prepare
from tests.captions.samples import caption
from tests.delivery.material import film
from tests.tools import require

SUNG = CaptionTrack("en", (caption(0, 24, "♫ la la ♫"),), outputs=("burnt-in",))


@pytest.fixture
def installed() -> Path:
    """A font of this machine that has notes."""
    require("fc-list")
    return fonts_with("♫a")[0].path


def font(path: Path) -> SystemFont:
    return SystemFont(path, 0, (path.stem,), ("Regular",), ())


def test_what_the_bundled_font_has_is_set_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caption_fonts, "fonts_with", lambda letters: pytest.fail("asked for no need"))
    track = replace(SUNG, captions=(caption(0, 24, "la la"),))
    assert with_font(track) == track
    assert font_note(track, with_font(track)) is None


def test_letters_it_lacks_come_from_a_font_of_the_machine_which_is_told(installed: Path) -> None:
    made = with_font(SUNG)
    assert made.style == CaptionStyle(font=str(installed), font_sha256=sha256_file(installed))
    assert str(installed) in (font_note(SUNG, made) or "")


def test_a_font_that_is_told_to_have_them_and_has_not_is_passed_over(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(caption_fonts, "fonts_with", lambda letters: (font(broken), font(installed)))
    assert with_font(SUNG).style.font == str(installed)


def test_letters_that_no_font_has_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caption_fonts, "fonts_with", lambda letters: ())
    with pytest.raises(InputError, match=r"The caption '♫ la la ♫' .* lacks: ♫\. .* No font of this machine"):
        with_font(SUNG)


def test_a_font_that_was_named_is_not_replaced(installed: Path) -> None:
    lacking = replace(SUNG, captions=(caption(0, 24, "字 la"),), style=CaptionStyle(font=str(installed)))
    with pytest.raises(InputError, match="lacks"):
        with_font(lacking)


def test_a_delivery_that_burns_captions_in_is_planned_with_their_font(installed: Path) -> None:
    plan = prepare(replace(film(), captions=(SUNG,)))
    assert plan.timeline.burnt_in[0].style.font == str(installed)
    assert any(str(installed) in note for note in plan.delivery.notes)


def test_a_machine_without_fontconfig_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert fonts_with("a") == ()
