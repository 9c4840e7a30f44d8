"""Captions drawn: inside the safe area, wrapped, in their place, and refused where a font cannot set them."""

from __future__ import annotations

import numpy as np
import pytest

from stitcher.captions.track import CaptionStyle, FilmCaption, Screen
from stitcher.captions.words import BOLD, ITALIC, UNDERLINE, Span, Tag, plain
from stitcher.errors import InputError
from stitcher.pictures.captions import check_captions, draw_screen, too_many_lines, wrapped
from stitcher.pictures.title_page import Page, plain_page
from tests.captions.samples import caption

STYLE = CaptionStyle()
WIDE, TALL = plain_page(320, 180), plain_page(180, 320)


def box_of(
    *captions: FilmCaption, page: Page = WIDE, style: CaptionStyle = STYLE
) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn."""
    alpha = draw_screen(Screen(captions[0].record, captions), style, page)[..., 3]
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("page", [WIDE, TALL], ids=["wide", "tall"])
def test_long_words_stay_inside_the_picture(page: Page) -> None:
    left, top, right, bottom = box_of(
        caption(0, 1, "so many words that they do not fit on a line of it"), page=page
    )
    assert left >= page.width * 0.07
    assert right <= page.width * 0.93
    assert page.height / 2 < top < bottom <= page.height * 0.94


def test_what_a_platform_lays_over_the_picture_is_kept_free() -> None:
    page = Page(180, 320, (180, 320), 180, (0.1, 0.2, 0.25, 0.05))
    left, _, right, bottom = box_of(caption(0, 1, "so many words that they do not fit"), page=page)
    assert (left >= 36, right <= 144, bottom <= 240) == (True, True, True)


def test_captions_are_at_the_bottom_or_where_they_say() -> None:
    assert box_of(caption(0, 1, "x"))[1] > 90
    assert box_of(caption(0, 1, "x", "line:0"))[3] < 90
    assert box_of(caption(0, 1, "x"), style=CaptionStyle(position="top"))[3] < 90
    assert box_of(caption(0, 1, "x"), caption(0, 1, "y", "line:0"))[1::2][0] < 90


def test_all_words_are_on_the_lines_and_those_are_even() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    lines = [plain(line) for line in wrapped((Span(words),), STYLE, WIDE)]
    assert " ".join(lines) == words
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 12


def test_more_than_two_lines_are_told() -> None:
    one = caption(0, 1, "one two three four five six seven eight nine ten eleven")
    assert too_many_lines([one], STYLE, WIDE) == ()
    assert too_many_lines([one], STYLE, TALL) == (one,)


@pytest.mark.parametrize("tag", [ITALIC, BOLD, UNDERLINE, Tag("c", ("yellow",))], ids=lambda tag: tag.name)
def test_marked_words_look_otherwise(tag: Tag) -> None:
    usual, marked = (
        draw_screen(Screen(one.record, (one,)), STYLE, WIDE)
        for one in (caption(0, 1, "word"), caption(0, 1, (Span("word", (tag,)),)))
    )
    assert not np.array_equal(usual, marked)


def test_letters_the_font_lacks_are_named() -> None:
    with pytest.raises(
        InputError, match="The caption '字幕 here' has letters that the bundled font lacks: 字"
    ):
        check_captions([caption(0, 1, "字幕 here")], STYLE)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="do not fit on a picture of 320x180"):
        box_of(caption(0, 1, "\n".join("abcdefghijkl")))
