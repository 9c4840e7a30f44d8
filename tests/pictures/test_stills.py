"""Stills as shots: where the view is in each frame, how smoothly it gets there, and what becomes of any picture."""

from __future__ import annotations

import hashlib
from itertools import pairwise, product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from PIL import Image

from stitcher.pictures.stills import StillPictures, still_frames, view
from stitcher.storyboard.choices import Ease, Fit, Pan
from stitcher.timeline.picture import StillPicture

WIDE = (1600, 900)
SIZE = (320, 180)


def still(
    path: Path | str = "/art.png", size: tuple[int, int] = WIDE, frames: int = 25, **move: Any
) -> StillPicture:
    return StillPicture(Path(path), "0" * 64, size, frames, **move)


def saved(path: Path, image: Image.Image, **options: Any) -> StillPicture:
    image.save(path, **options)
    return still(path, image.size, 1)


def drawn(one: StillPicture, size: tuple[int, int] = SIZE, fit: Fit = "crop") -> np.ndarray:
    return StillPictures(one, size, fit).at(0)


@pytest.mark.parametrize(
    ("picture", "move", "first", "last"),
    [
        (WIDE, {}, (0, 0, 1600, 900), (0, 0, 1600, 900)),
        (WIDE, {"zoom": 2.0}, (0, 0, 1600, 900), (400, 225, 1200, 675)),
        (WIDE, {"zoom": 0.5}, (400, 225, 1200, 675), (0, 0, 1600, 900)),
        (WIDE, {"zoom": 2.0, "pan": "left"}, (0, 0, 1600, 900), (0, 225, 800, 675)),
        (WIDE, {"zoom": 0.5, "pan": "down"}, (400, 0, 1200, 450), (0, 0, 1600, 900)),
        ((3200, 900), {"pan": "right"}, (0, 0, 1600, 900), (1600, 0, 3200, 900)),
        ((3200, 900), {"pan": "left"}, (1600, 0, 3200, 900), (0, 0, 1600, 900)),
        ((1600, 1800), {"pan": "up"}, (0, 900, 1600, 1800), (0, 0, 1600, 900)),
        ((3200, 900), {}, (800, 0, 2400, 900), (800, 0, 2400, 900)),
    ],
)
def test_the_view_goes_from_edge_to_edge(
    picture: tuple[int, int], move: dict[str, Any], first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    one = still(size=picture, **move)
    assert view(one, picture, SIZE, 0) == pytest.approx(first)
    assert view(one, picture, SIZE, 24) == pytest.approx(last)


@pytest.mark.parametrize("pan", [None, "left", "right", "up", "down"])
@pytest.mark.parametrize("picture", [(1, 1), (33, 71), (4001, 333)])
def test_the_view_stays_inside_the_picture(pan: Pan | None, picture: tuple[int, int]) -> None:
    for zoom, ease, frame in product((0.1, 0.8, 1.0, 1.15, 10.0), get_args(Ease), range(7)):
        one = still(size=picture, frames=7, zoom=zoom, pan=pan, ease=ease)
        left, top, right, bottom = view(one, picture, SIZE, frame)
        assert 0 <= left < right <= picture[0]
        assert 0 <= top < bottom <= picture[1]
        assert (right - left) * SIZE[1] == pytest.approx((bottom - top) * SIZE[0])


@pytest.mark.parametrize(("ease", "halfway"), [("linear", 0.5), ("in", 0.25), ("out", 0.75), ("in-out", 0.5)])
def test_an_ease_sets_off_and_arrives_softly(ease: Ease, halfway: float) -> None:
    left = view(still(size=(3200, 900), pan="right", ease=ease), (3200, 900), SIZE, 12)[0]
    assert left == pytest.approx(1600 * halfway)


def test_a_zoom_grows_by_the_same_factor_from_frame_to_frame() -> None:
    views = (view(still(zoom=4.0), WIDE, SIZE, frame) for frame in range(25))
    widths = [right - left for left, _, right, _ in views]
    assert [one / two for one, two in pairwise(widths)] == pytest.approx([4 ** (1 / 24)] * 24)


def mark_at(picture: np.ndarray) -> np.ndarray:
    """Where a white mark on black is, in fractions of a pixel."""
    luma = picture[..., 0].astype(np.float64)
    rows, columns = np.indices(luma.shape)
    return np.array([(luma * columns).sum(), (luma * rows).sum()]) / luma.sum()


@pytest.mark.parametrize("move", [{"zoom": 1.15}, {"zoom": 1 / 1.15}, {"zoom": 1.06, "pan": "left"}])
def test_a_slow_move_has_no_step_above_its_mean(tmp_path: Path, move: dict[str, Any]) -> None:
    across, down = np.meshgrid(np.arange(640), np.arange(360))
    blob = 255 * np.exp(-((across - 520) ** 2 + (down - 276) ** 2) / (2 * 10.0**2))
    path = tmp_path / "mark.png"
    Image.fromarray(blob.astype(np.uint8)).save(path)
    # A tenth of a pixel a frame, which whole pixels would make of steps of none and of one.
    places = [mark_at(one) for one in still_frames(still(path, frames=50, **move), (160, 90), "crop")]
    steps = [float(np.hypot(*(two - one))) for one, two in pairwise(places)]
    assert max(steps) <= 1.2 * float(np.mean(steps))
    assert min(steps) >= 0.8 * float(np.mean(steps))


def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    picture = Image.new("RGB", (180, 320), "black")
    picture.paste((255, 0, 0), (0, 0, 180, 40))
    exif = Image.Exif()
    exif[0x0112] = 8
    one = saved(tmp_path / "turned.jpg", picture, exif=exif, quality=95)
    shown = drawn(one)
    assert shown[90, 10, 0] > 240
    assert shown[90, 310, 0] < 15


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_over_black(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", SIZE, (255, 255, 255, 0))
    image.paste((255, 255, 255, 255), (0, 0, 160, 180))
    converted = image.quantize() if mode == "P" else image.convert(mode)
    shown = drawn(saved(tmp_path / "a.png", converted))
    assert shown[90, 40].min() == 255
    assert shown[90, 280].max() == 0


def test_sixteen_bits_are_scaled_to_eight(tmp_path: Path) -> None:
    grey = Image.fromarray(np.full((180, 320), 32768, np.uint16))
    assert drawn(saved(tmp_path / "deep.png", grey))[0, 0].tolist() == [127, 127, 127]


@pytest.mark.parametrize("size", [(1, 1), (33, 700), (33, 71), (1001, 701)])
@pytest.mark.parametrize("fit", ["crop", "pad", "blur"])
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_pictures_of_any_size_fill_the_frame(
    tmp_path: Path, size: tuple[int, int], fit: Fit, suffix: str
) -> None:
    one = saved(tmp_path / f"a.{suffix}", Image.new("RGB", size, (200, 100, 50)))
    shown = drawn(one, fit=fit)
    assert shown.shape == (180, 320, 3)
    assert shown[90, 160].tolist() == pytest.approx([200, 100, 50], abs=3)


def test_detail_is_that_of_the_file_where_the_view_is_closest(tmp_path: Path) -> None:
    stripes = np.zeros((720, 1280), np.uint8)
    stripes[:, ::2] = 255
    Image.fromarray(stripes).save(tmp_path / "fine.png")
    one = still(tmp_path / "fine.png", (1280, 720), 5, zoom=4.0)
    row = StillPictures(one, SIZE, "crop").at(4)[90, :, 0]
    assert row.max() - row.min() > 200


def test_a_still_that_rests_is_one_picture(tmp_path: Path) -> None:
    one = saved(tmp_path / "a.png", Image.new("RGB", SIZE))
    pictures = StillPictures(StillPicture(one.path, one.sha256, one.size, 3), SIZE, "crop")
    assert pictures.at(0) is pictures.at(2)


def test_the_file_says_what_a_still_is(tmp_path: Path) -> None:
    from stitcher.inputs.probe_inputs import look_into_still

    path = saved(tmp_path / "a.png", Image.new("RGB", (33, 71))).path
    known = look_into_still(path)
    assert known.size == (33, 71)
    assert known.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
