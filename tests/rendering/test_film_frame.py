"""The film's frame, and the text on it, in deliverables of other sizes and shapes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import DeliverySpec
from stitcher.errors import InputError
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.pictures.title_page import Margins, Page, plain_page
from stitcher.pictures.titles import draw_title
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.encode_segments import job_of
from stitcher.rendering.film_frame import film_frame, title_page, treated_title_page
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.plan import plan
from stitcher.storyboard.choices import Fit
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Effect, Title
from tests.factories import make_clip
from tests.footage import Footage, read_code
from tests.rendering.films import delivery, film

WIDE, UPRIGHT = (1280, 720), (1080, 1920)
UI: Margins = (0.14, 0.12, 0.22, 0.06)
CARD = Title("The Still Blue Water", 8)
THIRD = Title("Captain Ahab, harbour master", 8, kind="lower_third", size=0.045)


def delivered(size: tuple[int, int], fit: Fit = "pad", margins: Margins = (0, 0, 0, 0)) -> DeliverySpec:
    made = delivery(copy=False, size=size)
    return replace(made, picture=replace(made.picture, fit=fit), text_margins=margins)


def page(size: tuple[int, int], fit: Fit = "pad", margins: Margins = (0, 0, 0, 0)) -> Page:
    return title_page(film([make_clip(size=WIDE)]), delivered(size, fit, margins))


def ink(title: Title, on: Page) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the letters, as shares of the page."""
    picture = draw_title(title, on, 4)
    return share_of(picture[..., 0], on.width, on.height)


def share_of(luma: np.ndarray, width: int, height: int) -> tuple[float, float, float, float]:
    lit = luma > 190
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


@pytest.mark.parametrize(
    ("whole", "fit", "frame"),
    [
        ((1920, 1080), "crop", (1920, 1080)),
        ((640, 360), "pad", (640, 360)),
        ((854, 480), "pad", (854, 480)),
        (UPRIGHT, "pad", (1080, 608)),
        (UPRIGHT, "blur", (1080, 608)),
        (UPRIGHT, "crop", (3412, 1920)),
        ((1440, 1080), "pad", (1440, 808)),
        ((1440, 1080), "crop", (1920, 1080)),
    ],
)
def test_the_films_frame_is_never_stretched(whole: tuple[int, int], fit: Fit, frame: tuple[int, int]) -> None:
    assert film_frame(WIDE, whole, fit) == frame


@pytest.mark.parametrize(
    "size",
    [
        pytest.param((640, 360), id="draft"),
        pytest.param((1920, 1080), id="1080p"),
        pytest.param((3840, 2160), id="2160p", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("title", [CARD, THIRD], ids=["card", "lower third"])
def test_text_looks_alike_at_every_size(title: Title, size: tuple[int, int]) -> None:
    assert ink(title, page(size)) == pytest.approx(ink(title, plain_page(*WIDE)), abs=0.012)


@pytest.mark.parametrize("fit", ["crop", "pad", "blur"])
@pytest.mark.parametrize("title", [CARD, THIRD], ids=["card", "lower third"])
def test_text_is_whole_and_inside_the_title_safe_area(title: Title, fit: Fit) -> None:
    left, top, right, bottom = ink(title, page(UPRIGHT, fit))
    assert 0.05 <= left < right <= 0.95
    assert 0.05 <= top < bottom <= 0.95


def test_text_keeps_out_of_what_a_player_lays_over_the_picture() -> None:
    left, _, right, bottom = ink(THIRD, page(UPRIGHT, "crop", UI))
    assert left >= 0.06
    assert right <= 0.88
    # Only what hangs below the line reaches lower.
    assert bottom <= 0.79
    left, top, right, bottom = ink(CARD, page(UPRIGHT, "crop", UI))
    assert left >= 0.12
    assert right <= 0.88
    assert top >= 0.22
    assert bottom <= 0.78


def test_bars_of_a_padded_picture_count_as_margins() -> None:
    assert page(UPRIGHT, "pad", UI).margins == pytest.approx((0, 0.12, 0, 0.06))
    assert page((1920, 1080), "pad", UI).margins == pytest.approx(UI)


def test_one_long_word_is_shrunk_and_many_are_wrapped_when_the_picture_is_narrow() -> None:
    narrow = page(UPRIGHT, "crop", UI)
    left, _, right, _ = ink(replace(CARD, text="Incomprehensibilities"), narrow)
    assert 0.12 <= left < right <= 0.88
    _, one_top, _, one_bottom = ink(replace(CARD, text="Still"), narrow)
    _, top, _, bottom = ink(replace(CARD, text="Still water runs deep in the harbour"), narrow)
    assert bottom - top > 3 * (one_bottom - one_top)


def test_what_fits_the_film_fits_its_draft() -> None:
    small = Title("tiny letters", 4, kind="lower_third", size=0.02)
    draw_title(small, page((160, 90)), 0)
    with pytest.raises(InputError, match="does not fit on a picture of 1080x1920"):
        draw_title(replace(CARD, text="W" * 600), page(UPRIGHT, "crop", UI), 0)


def test_under_an_effect_text_stays_in_the_part_that_is_shown() -> None:
    timeline = film([make_clip(size=WIDE)])
    on = treated_title_page(timeline, delivered(UPRIGHT, "crop"))
    assert (on.width, on.height) == WIDE
    assert on.seen == (405, 720)
    left, _, right, _ = ink(CARD, on)
    assert (1280 - 405) / 2 / 1280 < left < right < (1280 + 405) / 2 / 1280
    assert treated_title_page(timeline, delivered((1920, 1080))) == plain_page(*WIDE)


@pytest.mark.slow
class TestInADeliverable:
    SIZES = (
        pytest.param((320, 180), (640, 360), "pad", id="twice as large"),
        pytest.param((320, 180), (160, 90), "pad", id="half as large"),
        pytest.param((320, 180), (180, 320), "crop", id="upright, cropped"),
        pytest.param((320, 180), (180, 320), "pad", id="upright, padded"),
        pytest.param((180, 320), (320, 180), "blur", id="upright on a blurred ground"),
    )

    def shown(self, timeline: Timeline, asked: DeliverySpec, folder: Path) -> list[np.ndarray]:
        picture = replace(asked.picture, options=("-preset", "ultrafast", "-crf", "8"), steady_rate=True)
        (segment,) = (made := plan(timeline, replace(asked, picture=picture))).encoded
        cache = Cache(folder / "cache")
        footage = item_sources(made, RenderContext(cache))
        piece = encode_segment(job_of(made, segment, footage), cache.folder)
        return [gray.copy() for gray in gray_frames(piece.clip, FrameRange(0, timeline.frames))]

    @pytest.mark.parametrize(("own", "size", "fit"), SIZES)
    def test_a_card_is_drawn_at_its_size(
        self, tmp_path: Path, own: tuple[int, int], size: tuple[int, int], fit: Fit
    ) -> None:
        timeline = film([CARD], size=own)
        asked = delivered(size, fit)
        picture = self.shown(timeline, asked, tmp_path)[4]
        on = title_page(timeline, asked)
        x, y = (size[0] - on.width) // 2, (size[1] - on.height) // 2
        seen = picture[y : y + on.height, x : x + on.width].astype(np.int16)
        drawn = draw_title(CARD, on, 4)[..., 0].astype(np.float64) * 219 / 255 + 16
        # A card that was drawn small and enlarged is off by twenty and more where letters have their edges.
        assert np.abs(seen - drawn).max() < 12
        assert picture.shape == (size[1], size[0])

    @pytest.mark.parametrize(("own", "size", "fit"), SIZES)
    def test_a_lower_third_lies_at_the_foot_of_what_is_seen(
        self, footage: Footage, tmp_path: Path, own: tuple[int, int], size: tuple[int, int], fit: Fit
    ) -> None:
        clip = probe(footage.clip(1, frames=8, size=own, level=60))
        third = replace(THIRD, text="Ahab", size=0.1, background="#000000")
        timeline = film([clip], overlays=(third,))
        asked = delivered(size, fit)
        on = title_page(timeline, asked)
        found = share_of(self.shown(timeline, asked, tmp_path)[4], *size)
        left, top, right, bottom = ink(third, on)
        bar_x, bar_y = (size[0] - on.width) / 2, (size[1] - on.height) / 2
        wanted = (
            (left * on.width + bar_x) / size[0],
            (top * on.height + bar_y) / size[1],
            (right * on.width + bar_x) / size[0],
            (bottom * on.height + bar_y) / size[1],
        )
        assert found == pytest.approx(wanted, abs=0.02)

    def test_a_card_under_an_effect_is_not_cut_off(self, tmp_path: Path) -> None:
        timeline = film([CARD], size=(320, 180), effects=(Effect("InvertColors"),))
        picture = self.shown(timeline, delivered((180, 320), "crop"), tmp_path)[4]
        left, _, right, _ = share_of(255 - picture, 180, 320)
        assert 0.05 <= left < right <= 0.95

    def test_a_large_clip_is_not_made_small_before_it_is_enlarged(
        self, footage: Footage, tmp_path: Path
    ) -> None:
        """Its code survives a crop to another shape in a film of a quarter of its size."""
        clip = probe(footage.clip(3, frames=4, size=(640, 384)))
        timeline = film([clip], size=(160, 96), rate=Fraction(24))
        shown = self.shown(timeline, delivered((640, 480), "pad"), tmp_path)
        assert [read_code(picture) for picture in shown] == [(3, n) for n in range(4)]
        source = next(iter(gray_frames(clip, FrameRange(0, 1))))
        assert np.abs(shown[0][48:432].astype(int) - source.astype(int)).mean() < 3
