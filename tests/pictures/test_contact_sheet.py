"""The contact sheet shows each shot and each seam, on as many pages as it takes."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.errors import OutputError
from stitcher.pictures.contact_sheet import COLUMNS, ROWS, contact_sheet
from stitcher.pictures.wave import Wave, strip_height
from stitcher.storyboard.choices import Role
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE, MATCH, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Cue, Item, Timeline
from stitcher.timeline.picture import Title, Transition
from tests.factories import make_sound
from tests.footage import Footage, Unreadable, read_code
from tests.pictures.films import film, item


def cards(count: int) -> tuple[Item, ...]:
    return tuple(item(f"shot{n}", Title(str(n % 7), 2), (0, 2), 2 * n) for n in range(count))


def picture_of(sheet: Path) -> np.ndarray:
    with Image.open(sheet) as image:
        return np.asarray(image.convert("L"))


def codes(sheet: Path) -> list[tuple[int, int]]:
    """Every pixel code on the sheet, in reading order."""
    picture = picture_of(sheet)
    found = []
    top = 92
    while top + 170 < picture.shape[0]:
        for column in range(3):
            left = 28 + 190 + column * 274
            try:
                found.append(read_code(picture[top + 10 : top + 10 + 158, left : left + 264]))
            except Unreadable:
                continue
        top += 158 + 22 + 20 + 34
    return found


def test_first_middle_and_last_picture_of_each_shot_are_shown(footage: Footage, tmp_path: Path) -> None:
    timeline = film(
        item("one", footage.clip(1), (0, 48), 0),
        item("two", footage.clip(2), (10, 49), 48),
        joins=(Transition(MATCH, 0, 1),),
    )
    (sheet,) = contact_sheet(timeline, tmp_path / "sheet.png")
    assert codes(sheet) == [(1, 0), (1, 23), (1, 47), (2, 10), (2, 29), (2, 48)]


@pytest.mark.parametrize(
    ("join", "said"),
    [
        (Transition(CUT), "cut"),
        (Transition(MATCH, 0, 1), "match -1f"),
        (Transition(MATCH, 0, 5), "match -5f"),
        (Transition(MATCH, unsure="nothing moves"), "match: unsure"),
        (Transition(DISSOLVE, 12), "dissolve 12f"),
        (Transition(transition_kind("wipeleft"), 24), "wipeleft 24f"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_join_is_named(join: Transition, said: str) -> None:
    assert str(join) == said


def long_film(count: int) -> Timeline:
    return film(*cards(count), joins=(Transition(CUT),) * (count - 1), size=(32, 18))


@pytest.mark.slow
def test_a_long_film_goes_on_on_further_pages(tmp_path: Path) -> None:
    pages = contact_sheet(long_film(2 * ROWS * COLUMNS + 1), tmp_path / "sheet.png")
    assert [page.name for page in pages] == ["sheet.png", "sheet-2.png", "sheet-3.png"]
    assert sorted(tmp_path.iterdir()) == sorted(pages)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_film(tmp_path: Path) -> None:
    tracemalloc.start()
    pages = contact_sheet(long_film(500), tmp_path / "sheet.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(pages) == -(-500 // (ROWS * COLUMNS))
    assert peak < 100e6


@pytest.mark.parametrize("size", [(160, 96), (90, 160), (400, 20)], ids=str)
def test_any_shape_of_film_fits(tmp_path: Path, size: tuple[int, int]) -> None:
    timeline = film(*cards(3), joins=(Transition(CUT),) * 2, size=size)
    (sheet,) = contact_sheet(timeline, tmp_path / "sheet.png")
    assert picture_of(sheet).shape[1] < 2000


def test_an_empty_film_has_an_empty_sheet(tmp_path: Path) -> None:
    assert contact_sheet(film(), tmp_path / "sheet.png") == (tmp_path / "sheet.png",)


def test_a_sheet_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        contact_sheet(film(*cards(1)), tmp_path / "nowhere" / "sheet.png")
    assert not (tmp_path / "nowhere").exists()


STRIP_FOOT = 92 + 84 + 6 * 22
"""Below it no strip goes on."""


def _loud_in_its_second_half(samples: int) -> Wave:
    high = np.zeros(samples // 480, np.float32)
    high[len(high) // 2 :] = 0.5
    return Wave(-high, high, 480)


def _with_cues(count: int, *cues: Cue) -> Timeline:
    return replace(long_film(count), cues=cues)


def _cue(role: Role, start: int, length: int) -> Cue:
    return Cue(role, role, make_sound(), start, length)


def _rgb(sheet: Path) -> np.ndarray:
    with Image.open(sheet) as image:
        return np.asarray(image.convert("RGB"))


def _columns_of(sheet: Path, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Where the first and the last column that have a colour in a bar lie, as shares of the strip."""
    picture = _rgb(sheet)
    strip = picture[:STRIP_FOOT, 28 + 190 : picture.shape[1] - 38]
    held = (strip == colour).all(axis=2).sum(axis=0) > 15
    found = np.flatnonzero(held)
    return float(found[0] / strip.shape[1]), float((found[-1] + 1) / strip.shape[1])


def test_the_wave_of_the_mix_stands_above_the_shots_it_is_heard_with(tmp_path: Path) -> None:
    timeline = _with_cues(4, _cue("music", 0, 16_000))
    (sheet,) = contact_sheet(timeline, tmp_path / "sheet.png", _loud_in_its_second_half(timeline.samples))
    left, right = _columns_of(sheet, (176, 184, 196))
    assert (left, right) == pytest.approx((0.5, 1), abs=0.06)


@pytest.mark.parametrize(("start", "stop"), [(0, 16_000), (4_000, 12_000), (8_000, 10_000)])
def test_a_sound_is_a_bar_in_its_roles_colour_where_it_lies(tmp_path: Path, start: int, stop: int) -> None:
    timeline = _with_cues(4, _cue("music", 0, 16_000), _cue("effects", start, stop - start))
    wave = Wave(np.zeros(1, np.float32), np.zeros(1, np.float32), 480)
    (sheet,) = contact_sheet(timeline, tmp_path / "sheet.png", wave)
    assert _columns_of(sheet, ROLE_TABLE["effects"].colour) == pytest.approx(
        (start / 16_000, stop / 16_000), abs=0.01
    )


def test_more_sounds_at_once_than_there_is_room_for_are_counted() -> None:
    timeline = _with_cues(4, *(_cue("effects", 100 * number, 9_000) for number in range(9)))
    few = replace(timeline, cues=timeline.cues[:6])
    frames = FrameRange(0, timeline.frames)
    assert strip_height(timeline, frames) == strip_height(few, frames)
    assert strip_height(few, frames) > strip_height(replace(timeline, cues=timeline.cues[:5]), frames)


def test_sounds_one_after_another_share_a_row() -> None:
    timeline = _with_cues(4, *(_cue("effects", 1_000 * number, 1_000) for number in range(9)))
    one = replace(timeline, cues=timeline.cues[:1])
    frames = FrameRange(0, timeline.frames)
    assert strip_height(timeline, frames) == strip_height(one, frames)


def test_what_a_delivery_cuts_away_is_dark(footage: Footage, tmp_path: Path) -> None:
    timeline = film(item("one", footage.clip(1), (0, 48), 0))
    (plain,) = contact_sheet(timeline, tmp_path / "plain.png")
    (framed,) = contact_sheet(timeline, tmp_path / "framed.png", window=lambda _, frame: (0.25, 0, 0.75, 1))
    left, top, wide, high = 28 + 190, 92 + 10, 264, 158
    before, after = (
        picture_of(one)[top : top + high, left : left + wide].astype(int) for one in (plain, framed)
    )
    inside = np.s_[4:-4, wide // 4 + 4 : 3 * wide // 4 - 4]
    assert (after[inside] == before[inside]).all()
    assert after[:, : wide // 4 - 4].mean() == pytest.approx(before[:, : wide // 4 - 4].mean() / 4, abs=2)
