"""Pictures over films: which frames are encoded for them, where they lie to the pixel, and how much is seen of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.film import render
from stitcher.rendering.job import Overlay
from stitcher.rendering.laid_overlays import over_part
from stitcher.rendering.plan import plan
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureFade, PictureOverlay, StillPicture, Title
from tests.factories import make_clip
from tests.footage import run_ffmpeg
from tests.rendering.films import delivery, dissolve, film

LOGO = PictureOverlay(StillPicture(Path("/logo.png"), "a", (32, 16), 1), 24)
SIZE = (160, 96)


def test_only_the_frames_that_have_a_picture_over_them_are_encoded() -> None:
    timeline = film([make_clip(frames=121, group=1)] * 2, overlays=(replace(LOGO, start=30),))
    timeline = replace(timeline, overlays=(replace(LOGO, start=109, frames=20),))
    made = plan(timeline, delivery())
    assert [(one.record_range, one.reason) for one in made.encoded] == [
        (FrameRange(30, 54), "s0: it has logo.png over it"),
        (FrameRange(109, 121), "the film: it has logo.png over it"),
        (FrameRange(121, 129), "the film: it has logo.png over it"),
        (FrameRange(151, 175), "s1: it has logo.png over it"),
    ]


def test_what_rests_over_a_film_is_the_same_wherever_in_it_a_part_is() -> None:
    one = Overlay(make_clip(frames=1), 0, frames=100, fade_in=10, fade_out=10)
    parts = [over_part(one, FrameRange(start, start + 20)) for start in (10, 40, 70)]
    assert parts == [Overlay(one.clip, 0, frames=20)] * 3
    assert over_part(one, FrameRange(5, 25)) == replace(one, start=-5)


def logo(path: Path, size: tuple[int, int] = (32, 16)) -> np.ndarray:
    """A picture that grows more opaque from left to right, in a file; and what it is, RGBA."""
    picture = np.zeros((size[1], size[0], 4), np.uint8)
    picture[...] = 250, 120, 30, 0
    picture[..., 3] = np.linspace(0, 255, size[0]).round()
    Image.fromarray(picture).save(path)
    return picture


def luma(rgb: np.ndarray) -> np.ndarray:
    """In video range, by BT.709."""
    return 16 + 219 / 255 * (rgb[..., :3].astype(np.float64) @ np.array([0.2126, 0.7152, 0.0722]))


def overlay_of(path: Path, **how: Any) -> PictureOverlay:
    """The picture or clip of a file, over frames of a film."""
    if path.suffix in (".mov", ".webm"):
        return PictureOverlay(probe(path), **{"frames": 8, **how})
    with Image.open(path) as image:
        still = StillPicture(path, path.read_bytes().hex(), image.size, 1)
    return PictureOverlay(still, **{"frames": 8, **how})


def lumas(timeline: Timeline, folder: Path, size: tuple[int, int] = SIZE) -> list[np.ndarray]:
    """Every picture of a film, encoded without loss."""
    spec = delivery(copy=False, size=size)
    spec = replace(spec, picture=replace(spec.picture, options=("-preset", "ultrafast", "-qp", "0")))
    out = folder / "film.mp4"
    render(plan(timeline, spec), out, stitcher.RenderOptions(cache=folder / "cache"))
    made = probe(out)
    return [np.asarray(gray, np.float64) for gray in gray_frames(made, FrameRange(0, made.video.frames))]


def card(frames: int = 8, grey: int = 0) -> Title:
    return Title("", frames, background=f"#{grey:02x}{grey:02x}{grey:02x}")


def blended(under: float, picture: np.ndarray, opacity: float = 1.0) -> np.ndarray:
    alpha = picture[..., 3] / 255 * opacity
    return under + (luma(picture) - under) * alpha


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".png", ".webp"])
@pytest.mark.parametrize("opacity", [1.0, 0.4])
def test_a_picture_is_blended_as_its_alpha_says(tmp_path: Path, suffix: str, opacity: float) -> None:
    picture = logo(tmp_path / f"logo{suffix}")
    with Image.open(tmp_path / f"logo{suffix}") as stored:
        picture = np.array(stored.convert("RGBA"))
    one = overlay_of(tmp_path / f"logo{suffix}", position=(0.5, 0.5), opacity=opacity, start=2, frames=3)
    made = lumas(replace(film([card(8, 128)], size=SIZE), overlays=(one,)), tmp_path)
    grey = float(np.median(made[0]))
    wanted = np.full((96, 160), grey)
    wanted[40:56, 64:96] = blended(grey, picture, opacity)
    for frame, seen in enumerate(made):
        there = wanted if frame in range(2, 5) else np.full((96, 160), grey)
        assert np.abs(seen - there).max() <= 2, frame


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "fit", "corner", "shown"),
    [
        pytest.param((160, 96), "crop", (120, 76), (32, 16), id="as the film"),
        pytest.param((320, 192), "crop", (240, 150), (64, 32), id="larger"),
        pytest.param((80, 48), "crop", (60, 38), (16, 8), id="smaller"),
        pytest.param((96, 160), "crop", (60, 136), (32, 16), id="upright"),
        pytest.param((120, 120), "pad", (90, 80), (24, 12), id="square, with bars"),
    ],
)
def test_it_lies_to_the_pixel_where_it_belongs(
    tmp_path: Path, size: tuple[int, int], fit: Any, corner: tuple[int, int], shown: tuple[int, int]
) -> None:
    Image.new("RGBA", (32, 16), (255, 255, 255, 255)).save(tmp_path / "white.png")
    one = overlay_of(tmp_path / "white.png", position="bottom-right", frames=2)
    timeline = replace(film([card(2)], size=SIZE), overlays=(one,))
    spec = delivery(copy=False, size=size)
    spec = replace(spec, picture=replace(spec.picture, fit=fit, options=("-preset", "ultrafast", "-qp", "0")))
    out = tmp_path / "film.mp4"
    render(plan(timeline, spec), out, stitcher.RenderOptions(cache=tmp_path / "cache"))
    for seen in gray_frames(probe(out), FrameRange(0, 2)):
        rows, columns = np.nonzero(seen > 100)
        assert (columns.min(), rows.min()) == corner
        assert (columns.max() + 1 - corner[0], rows.max() + 1 - corner[1]) == shown


@pytest.mark.slow
def test_over_the_film_it_stays_through_a_dissolve_and_over_a_shot_it_goes_with_that(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 16), (255, 255, 255, 255)).save(tmp_path / "white.png")
    still = overlay_of(tmp_path / "white.png", position="top-left", frames=16)
    going = replace(still, position="bottom-right", frames=12)
    timeline = film([card(12), card(12)], [dissolve(8)], size=SIZE)
    items = (replace(timeline.items[0], overlays=(going,)), timeline.items[1])
    made = lumas(replace(timeline, items=items, overlays=(still,)), tmp_path)
    assert [float(one[10, 16]) for one in made] == [235.0] * 16
    goes = [float(one[80, 130]) for one in made]
    assert goes[:5] == [235.0] * 5
    wanted = [16 + 219 * (8 - n) / 8 for n in range(1, 8)]
    assert goes[5:12] == pytest.approx(wanted, abs=2)
    assert goes[12:] == [16.0] * 4


@pytest.mark.slow
def test_it_comes_and_goes_by_its_own_fades_and_by_the_films(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 16), (255, 255, 255, 255)).save(tmp_path / "white.png")
    one = overlay_of(
        tmp_path / "white.png", position=(0.5, 0.5), start=2, frames=70, fade_in_frames=3, fade_out_frames=4
    )
    film_fade = PictureFade(FrameRange(60, 80), "out")
    timeline = replace(film([card(80)], size=SIZE), overlays=(one,), fades=(film_fade,))
    seen = [(float(each[48, 80]) - 16) / 219 for each in lumas(timeline, tmp_path)]
    own = [0, 0, 0.25, 0.5, 0.75, *[1] * 63, 0.8, 0.6, 0.4, 0.2, *[0] * 8]
    wanted = [level * float(film_fade.seen(frame)) for frame, level in enumerate(own)]
    assert seen == pytest.approx(wanted, abs=0.012)


def moving_clip(path: Path, *arguments: str) -> Path:
    """Six pictures at 24 a second, each of another half transparent grey, that lie in a frame of no opacity."""
    raw = b""
    for number in range(6):
        picture = np.zeros((16, 32, 4), np.uint8)
        picture[4:12, 8:24] = 40 * number + 30, 40 * number + 30, 40 * number + 30, 128
        raw += picture.tobytes()
    source = ("-f", "rawvideo", "-pix_fmt", "rgba", "-s", "32x16", "-r", "24", "-i", "pipe:0")
    scale = "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int"
    tagged = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    run_ffmpeg(
        *source, "-vf", f"{scale},format={arguments[0]},{tagged}", *arguments[1:], str(path), stdin=raw
    )
    return path


CLIPS = {
    "ProRes 4444": (".mov", "yuva444p10le", "-c:v", "prores_ks", "-profile:v", "4444"),
    "VP9": (".webm", "yuva420p", "-c:v", "libvpx-vp9", "-lossless", "1", "-auto-alt-ref", "0"),
    "QuickTime Animation": (".mov", "argb", "-c:v", "qtrle"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CLIPS)
@pytest.mark.parametrize("loop", [True, False], ids=["again", "held"])
def test_a_clip_shows_its_pictures_in_order_and_what_is_under_them(
    tmp_path: Path, kind: str, *, loop: bool
) -> None:
    suffix, *arguments = CLIPS[kind]
    path = moving_clip(tmp_path / f"over{suffix}", *arguments)
    one = overlay_of(path, position=(0.5, 0.5), start=1, frames=10, loop=loop)
    made = lumas(replace(film([card(12, 128)], size=SIZE), overlays=(one,)), tmp_path)
    grey = float(np.median(made[0]))
    for frame, seen in enumerate(made):
        number = (frame - 1) % 6 if loop else min(frame - 1, 5)
        level = 16 + 219 / 255 * (40 * number + 30)
        wanted = (grey + level) / 2 if 1 <= frame < 11 else grey
        assert float(seen[48, 80]) == pytest.approx(wanted, abs=3), frame
        assert float(seen[41, 66]) == pytest.approx(grey, abs=2), frame


@pytest.mark.slow
@pytest.mark.parametrize("alpha", ["straight", "premultiplied"])
def test_edges_of_a_clip_that_is_scaled_have_no_rim(tmp_path: Path, alpha: str) -> None:
    picture = np.zeros((32, 64, 4), np.uint8)
    picture[8:24, 16:48] = 200, 200, 200, 128
    if alpha == "premultiplied":
        picture[..., :3] = picture[..., :3] * (picture[..., 3:] / 255)
    Image.fromarray(picture).save(tmp_path / "frame.png")
    path = tmp_path / "over.mov"
    run_ffmpeg("-loop", "1", "-framerate", "24", "-t", "0.25", "-i", str(tmp_path / "frame.png"), "-vf",
               "format=argb", "-c:v", "qtrle", str(path))  # fmt: skip
    one = overlay_of(
        path, position=(0.5, 0.5), height=1 / 6, premultiplied=alpha == "premultiplied", frames=2
    )
    seen = lumas(replace(film([card(2, 200)], size=SIZE), overlays=(one,)), tmp_path)[0]
    # Of the grey of what is under it nothing is to be seen, and where colours come from outside it is darker.
    assert np.abs(seen - seen[0, 0]).max() <= 3


@pytest.mark.slow
def test_a_film_of_another_rate_and_ten_bits_shows_it_alike(tmp_path: Path) -> None:
    path = moving_clip(tmp_path / "over.mov", *CLIPS["ProRes 4444"][1:])
    one = overlay_of(path, position=(0.5, 0.5), frames=10)
    timeline = replace(film([card(12, 128)], size=SIZE, rate=Fraction(48)), overlays=(one,))
    spec = delivery(copy=False, size=SIZE, rate=Fraction(48))
    deep = replace(spec.picture, pixel_format="yuv420p10le", options=("-preset", "ultrafast", "-qp", "0"))
    out = tmp_path / "film.mp4"
    render(plan(timeline, replace(spec, picture=deep)), out, stitcher.RenderOptions(cache=tmp_path / "cache"))
    made = [np.asarray(gray, np.float64) for gray in gray_frames(probe(out), FrameRange(0, 12))]
    grey = float(made[11][48, 80])
    for frame in range(10):
        level = 16 + 219 / 255 * (40 * (frame // 2) + 30)
        assert float(made[frame][48, 80]) == pytest.approx((grey + level) / 2, abs=3), frame
