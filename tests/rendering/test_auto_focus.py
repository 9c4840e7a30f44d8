"""The focus that is looked for: by motion and detail, steady, the same every time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.media import probe_cache
from stitcher.media.probe import probe
from stitcher.rendering import auto_focus
from stitcher.rendering.attention import Luma, attentions, window_path
from stitcher.rendering.auto_focus import with_focus_found
from stitcher.rendering.plan import part_of, plan
from stitcher.timebase import FrameRange
from stitcher.timeline.focus import AUTO, CENTRE, Focus
from stitcher.timeline.look import Look
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.retiming import Retiming
from tests.rendering.films import film
from tests.rendering.test_reframing import WIDE, delivered, spotted

UPRIGHT = (100, 180)
STEP = 0.25


def pictures(*spots: float, grain: int = 3) -> list[Luma]:
    """Luma with a spot at each of these shares of the width, over lines that stand, with grain."""
    made = []
    random = np.random.default_rng(5)
    columns = (np.arange(192) + 0.5) / 192
    for spot in spots:
        level = np.full((108, 192), 90.0) + 20 * (np.arange(192) % 16 == 0)
        level[30:70] += 100 * np.exp(-(((columns - spot) / 0.03) ** 2) / 2)
        made.append((level + random.integers(0, grain + 1, level.shape)).astype(np.uint8))
    return made


def path(*spots: float, window: float = 0.3) -> tuple[float, ...]:
    return window_path([one.columns for one in attentions(pictures(*spots))], window, STEP)


def test_what_stands_is_shown_by_a_window_that_stands() -> None:
    (x,) = set(path(*[0.7] * 12))
    assert x == pytest.approx(0.7, abs=0.04)


def test_what_moves_a_little_is_shown_by_a_window_that_stands() -> None:
    wobbling = [0.3 + 0.03 * (number % 2) for number in range(16)]
    (x,) = set(path(*wobbling))
    assert x == pytest.approx(0.3, abs=0.06)


def test_where_nothing_is_the_window_stays_in_the_middle() -> None:
    level = [np.full((108, 192), 90, np.uint8)] * 8
    (x,) = set(window_path([one.columns for one in attentions(level)], 0.3, STEP))
    assert x == pytest.approx(0.5)


def test_what_moves_counts_before_what_is_there() -> None:
    """A patch of strong detail on the right, and something plain that moves on the left."""
    made = pictures(*[0.25 + 0.02 * (number % 3) for number in range(12)])
    for picture in made:
        picture[:, 150:180:2] = 160
    found = window_path([one.columns for one in attentions(made)], 0.3, STEP)
    assert max(found) < 0.4


def test_what_walks_through_the_picture_is_followed_without_jumps() -> None:
    spots = np.linspace(0.2, 0.8, 24)
    found = np.array(path(*spots))
    assert np.abs(found - spots).max() < 0.15
    steps = np.diff(found)
    assert steps.min() >= 0
    assert steps.max() < 0.3 * STEP
    assert np.abs(np.diff(steps)).max() < 0.02


def planned(timeline_focus: Focus, clip: Path, size: tuple[int, int] = UPRIGHT) -> Focus:
    made = with_focus_found(plan(film([probe(clip)], focus=timeline_focus), delivered(size)))
    return made.timeline.items[0].focus


def walking(path: Path) -> Path:
    return spotted(path, lambda frame: (60 + 4 * frame, 90), frames=48).path


@pytest.mark.slow
def test_a_clip_is_looked_into_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))
    clip = walking(tmp_path / "a.mp4")
    first = planned(AUTO, clip)
    assert first.moves
    assert first.at(0)[0] < 0.35
    assert first.at(47)[0] > 0.6
    monkeypatch.setattr(auto_focus, "_measured", None)
    assert planned(AUTO, clip) == first


@pytest.mark.slow
def test_what_was_remembered_and_is_damaged_is_measured_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))
    clip = walking(tmp_path / "a.mp4")
    first = planned(AUTO, clip)
    for entry in (probe_cache.cache_folder() / "focus").rglob("*"):
        if entry.is_file():
            entry.write_text("[[1]]")
    assert planned(AUTO, clip) == first


@pytest.mark.slow
def test_a_part_of_a_film_follows_as_the_whole_does(tmp_path: Path) -> None:
    clip = probe(walking(tmp_path / "a.mp4"))
    whole = plan(film([clip], focus=AUTO), delivered(UPRIGHT))
    part = with_focus_found(part_of(whole, FrameRange(20, 40)))
    assert part.timeline.items[0].focus == with_focus_found(whole).timeline.items[0].focus


@pytest.mark.slow
def test_a_mirrored_shot_is_followed_as_it_is_seen(tmp_path: Path) -> None:
    clip = probe(walking(tmp_path / "a.mp4"))
    straight, turned = (
        with_focus_found(plan(film([clip], focus=AUTO, flip=flip), delivered(UPRIGHT)))
        .timeline.items[0]
        .focus
        for flip in (None, "horizontal")
    )
    assert turned == straight.mirrored("horizontal")


def test_where_nothing_is_cut_nothing_is_looked_for(tmp_path: Path) -> None:
    made = plan(
        film([spotted(tmp_path / "a.mp4", lambda _: (20, 20), frames=2)], focus=AUTO), delivered(WIDE)
    )
    assert with_focus_found(made).timeline.items[0].focus == CENTRE


def test_of_a_still_its_detail_is_looked_for(tmp_path: Path) -> None:
    picture = np.full((180, 320, 3), 80, np.uint8)
    picture[60:120:4, 240:290] = 220
    Image.fromarray(picture).save(tmp_path / "a.png")
    still = StillPicture(tmp_path / "a.png", "0" * 64, (320, 180), 24)
    base = film([spotted(tmp_path / "b.mp4", lambda _: (20, 20), frames=2)])
    timeline = replace(base, items=(replace(base.items[0], source=still, focus=AUTO),))
    (item,) = with_focus_found(plan(timeline, delivered(UPRIGHT))).timeline.items
    assert item.focus.at(0)[0] == pytest.approx(265 / 320, abs=0.08)
    assert isinstance(item.source, StillPicture)
    assert item.source.focus == item.focus.at(0)


@pytest.mark.slow
def test_a_shot_that_is_turned_or_plays_backwards_is_followed_as_it_is_seen(tmp_path: Path) -> None:
    clip = probe(walking(tmp_path / "a.mp4"))
    first, *others = (
        with_focus_found(plan(film([clip], focus=AUTO, **more), delivered(UPRIGHT))).timeline.items[0].focus
        for more in ({}, {"look": Look(rotate=180)}, {"retiming": Retiming(47)})
    )
    assert first.at(0)[0] < 0.35 < 0.6 < first.at(47)[0]
    assert all(other.at(47)[0] < 0.4 < 0.6 < other.at(0)[0] for other in others)
