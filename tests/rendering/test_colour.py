"""The levels that come out: flat patches of known colours through the graph, against the standards' own formulas."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import stitcher
from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip, Colour
from stitcher.media.pixel_format import pixel_format
from stitcher.media.probe import probe
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.timebase import FrameRange
from tests.factories import make_clip
from tests.footage import run_ffmpeg

BT709 = Colour("tv", "bt709", "bt709", "bt709")
BT601 = Colour("tv", "smpte170m", "smpte170m", "smpte170m")
FULL = Colour("pc", "bt709", "bt709", "bt709")
HLG = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")
PQ = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
WHITE = 203.0

SIDE = 32
Triple = tuple[float, float, float]
LUMA = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
"""Of linear BT.709 light (ITU-R BT.2087)."""


def hlg_of(light: np.ndarray) -> np.ndarray:
    """The signal of light in BT.2020, in nits, on a display of 1000 (ITU-R BT.2100)."""
    shown = light / 1000
    luma = float(np.array([0.2627, 0.678, 0.0593]) @ shown)
    scene = shown * luma ** (1 / 1.2 - 1) if luma else shown
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.array([math.sqrt(3 * e) if e <= 1 / 12 else a * math.log(12 * e - b) + c for e in scene])


def pq_of(light: np.ndarray) -> np.ndarray:
    """The signal of light in nits (SMPTE ST 2084)."""
    y = (light / 10000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * y) / (1 + 2392 / 128 * y)) ** (2523 / 32)


def yuv(rgb: Iterable[float], colour: Colour, bits: int = 8) -> Triple:
    """Code values of R'G'B' from 0 to 1."""
    red, green, blue = rgb
    kr, kb = LUMA[colour.matrix or ""]
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
    unit = 1 << (bits - 8)
    if colour.range == "pc":
        return luma * (256 * unit - 1), cb * (256 * unit - 1) + 128 * unit, cr * (256 * unit - 1) + 128 * unit
    return (219 * luma + 16) * unit, (224 * cb + 128) * unit, (224 * cr + 128) * unit


def raised(rgb: Sequence[float], film: Colour) -> Triple:
    """SDR R'G'B' in an HDR film, in 10 bits: shown on a BT.1886 display with its white at 203 nits."""
    light = WHITE * TO_2020 @ np.array([level**2.4 for level in rgb])
    return yuv(hlg_of(light) if film == HLG else pq_of(light), film, 10)


def assert_near(found: Triple, wanted: Triple, film: Colour, levels: float = 4) -> None:
    """Within a few levels of 10 bits, but for saturated HLG: its curve is applied to each colour by itself, because
    zimg's exact one (`agamma=0`) takes twenty times as long.
    """
    hlg = film == HLG
    assert found[0] == pytest.approx(wanted[0], abs=levels + 4 * hlg)
    assert found[1:] == pytest.approx(wanted[1:], abs=levels + 32 * hlg)


@dataclass(frozen=True)
class Patch:
    """A flat source: its planes' code values."""

    planes: Triple
    colour: Colour
    pixel_format: str = "yuv420p"

    def write(self, path: Path) -> Clip:
        held = pixel_format(self.pixel_format)
        kind = "<u2" if held.bits > 8 else np.uint8
        across, down = held.spacing
        sizes = [SIDE * SIDE, *[SIDE * SIDE // (across * down)] * 2]
        raw = b"".join(
            np.full(size, round(value), kind).tobytes()
            for size, value in zip(sizes, self.planes, strict=True)
        )
        colour = self.colour
        run_ffmpeg(
            *("-f", "rawvideo", "-pix_fmt", self.pixel_format, "-s", f"{SIDE}x{SIDE}", "-r", "24", "-i", "-"),
            "-vf",
            f"setparams=range={colour.range}:color_primaries={colour.primaries}:color_trc={colour.transfer}"
            f":colorspace={colour.matrix}",
            *("-c:v", "ffv1", "-frames:v", "2", str(path)),
            stdin=raw * 2,
        )
        return probe(path)


def shown(
    clip: Clip,
    film: Colour,
    folder: Path,
    *,
    name: str = "yuv420p10le",
    size: tuple[int, int] = (SIDE, SIDE),
    over: Clip | None = None,
) -> Triple:
    """Mean code values of the middle of the first picture, in a lossless film of that colour."""
    lossless = ("-qp", "0", "-preset", "ultrafast")
    spec = PictureSpec("h264", "libx264", lossless, name, *size, Fraction(24), film)
    overlays = (Overlay(over, 0),) if over is not None else ()
    feed = EncodeInput(clip, FrameRange(0, 1), fit="pad", overlays=overlays)
    job = EncodeJob((feed,), spec, 1, size)
    made = encode_segment(job, folder / "cache").clip
    assert made.video.pixel_format in (name, "yuvj420p")
    with av.open(str(made.path)) as container:
        picture = next(container.decode(video=0))
    return middle(picture)


def middle(picture: av.VideoFrame) -> Triple:
    """Mean code values of the middle of a picture."""
    found = []
    for component, plane in zip(picture.format.components, picture.planes, strict=True):
        kind = "<u2" if component.bits > 8 else np.uint8
        rows = np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)[:, : plane.width]
        inner = rows[plane.height // 3 : -plane.height // 3, plane.width // 3 : -plane.width // 3]
        found.append(float(inner.mean()))
    return found[0], found[1], found[2]


GREYS: tuple[Triple, ...] = ((1, 1, 1), (0, 0, 0), (0.5, 0.5, 0.5))
COLOURS: tuple[Triple, ...] = ((0.8, 0.2, 0.1), (0.1, 0.7, 0.3), (0.2, 0.3, 0.9))


@pytest.mark.slow
@pytest.mark.parametrize("film", [HLG, PQ], ids=["HLG", "PQ"])
@pytest.mark.parametrize(
    ("source", "rgb"),
    [
        *((BT709, rgb) for rgb in (*GREYS, *COLOURS)),
        *((FULL, rgb) for rgb in COLOURS),
        # BT.601 has other primaries, which grey does not show.
        *((BT601, rgb) for rgb in GREYS),
    ],
)
def test_sdr_in_an_hdr_film_is_as_bright_as_on_an_sdr_display(
    tmp_path: Path, rgb: Triple, film: Colour, source: Colour
) -> None:
    clip = Patch(yuv(rgb, source), source).write(tmp_path / "a.mkv")
    assert_near(shown(clip, film, tmp_path), raised(rgb, film), film)


@pytest.mark.parametrize(("film", "signal"), [(HLG, 0.75), (PQ, 0.58)], ids=["HLG", "PQ"])
def test_sdr_white_lies_where_bt2408_has_it(tmp_path: Path, film: Colour, signal: float) -> None:
    clip = Patch((235, 128, 128), BT709).write(tmp_path / "a.mkv")
    luma, cb, cr = shown(clip, film, tmp_path)
    assert (luma - 64) / 876 == pytest.approx(signal, abs=0.003)
    assert (cb, cr) == (512, 512)


@pytest.mark.slow
@pytest.mark.parametrize("film", [HLG, PQ, BT709, BT601, FULL], ids=["HLG", "PQ", "709", "601", "full"])
@pytest.mark.parametrize("rgb", [(1, 1, 1), (0.8, 0.2, 0.1)], ids=["white", "red"])
def test_text_over_a_shot_has_the_films_colours(tmp_path: Path, rgb: Triple, film: Colour) -> None:
    planes = "-".join(f"{round(255 * level):02x}" for level in rgb).replace("-", "")
    third = tmp_path / "third.mkv"
    run_ffmpeg(
        *("-f", "lavfi", "-i", f"color=0x{planes}@1:s={SIDE}x{SIDE}:r=24,format=gbrap", "-frames:v", "2"),
        *(
            "-vf",
            "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuva444p",
        ),
        *("-c:v", "ffv1", "-color_primaries", "bt709", "-color_trc", "bt709", str(third)),
    )
    clip = Patch(yuv((0.3, 0.3, 0.3), BT709), BT709).write(tmp_path / "a.mkv")
    wanted = raised(rgb, film) if film.is_hdr else yuv(rgb, film, 10)
    assert_near(shown(clip, film, tmp_path, over=probe(third)), wanted, film, 6)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["yuv420p", "yuv420p10le", "yuv422p", "yuv422p10le", "yuv444p"])
def test_nothing_laid_over_a_shot_leaves_it_as_it_is(tmp_path: Path, name: str) -> None:
    source, nothing = tmp_path / "a.mkv", tmp_path / "nothing.mkv"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=64x64:r=24", "-frames:v", "2"),
        *("-vf", f"format={name},setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"),
        *("-c:v", "ffv1", str(source)),
    )
    run_ffmpeg(
        *("-f", "lavfi", "-i", "color=white@0:s=64x64:r=24,format=yuva444p", "-frames:v", "2"),
        *("-c:v", "ffv1", str(nothing)),
    )
    spec = PictureSpec("h264", "libx264", ("-qp", "0"), name, 64, 64, Fraction(24), BT709)
    feed = EncodeInput(probe(source), FrameRange(0, 1), overlays=(Overlay(probe(nothing), 0),))
    made = encode_segment(EncodeJob((feed,), spec, 1, (64, 64)), tmp_path / "cache").clip
    with av.open(str(source)) as before, av.open(str(made.path)) as after:
        one, other = (next(container.decode(video=0)) for container in (before, after))
        for plane, kept in zip(one.planes, other.planes, strict=True):
            rows, same = (
                np.frombuffer(memoryview(each), np.uint8).reshape(each.height, -1) for each in (plane, kept)
            )
            width = min(rows.shape[1], same.shape[1], plane.width)
            assert (rows[:, :width] == same[:, :width]).all()


@pytest.mark.slow
@pytest.mark.parametrize(("source", "film"), [(HLG, PQ), (PQ, HLG)], ids=["HLG in PQ", "PQ in HLG"])
@pytest.mark.parametrize("light", [(203, 203, 203), (900, 900, 900), (20, 100, 400)])
def test_hdr_of_one_kind_is_as_bright_in_a_film_of_the_other(
    tmp_path: Path, source: Colour, film: Colour, light: Triple
) -> None:
    signals = {HLG: yuv(hlg_of(np.array(light)), HLG, 10), PQ: yuv(pq_of(np.array(light)), PQ, 10)}
    clip = Patch(signals[source], source, "yuv420p10le").write(tmp_path / "a.mkv")
    assert_near(shown(clip, film, tmp_path), signals[film], HLG)


@pytest.mark.slow
@pytest.mark.parametrize("source", [HLG, PQ], ids=["HLG", "PQ"])
def test_hdr_in_an_sdr_film_has_the_matrix_the_film_says(tmp_path: Path, source: Colour) -> None:
    clip = Patch((500, 480, 600), source, "yuv420p10le").write(tmp_path / "a.mkv")
    usual = shown(clip, BT709, tmp_path)
    old = shown(clip, Colour("tv", "bt709", "bt709", "smpte170m"), tmp_path)
    assert old != pytest.approx(usual, abs=4)
    assert rgb_of(old, "smpte170m") == pytest.approx(rgb_of(usual, "bt709"), abs=0.01)


def rgb_of(planes: Triple, matrix: str) -> Triple:
    """R'G'B' from 0 to 1 of limited 10-bit code values."""
    kr, kb = LUMA[matrix]
    luma, cb, cr = (planes[0] / 4 - 16) / 219, (planes[1] / 4 - 128) / 224, (planes[2] / 4 - 128) / 224
    red, blue = luma + 2 * (1 - kr) * cr, luma + 2 * (1 - kb) * cb
    return red, (luma - kr * red - kb * blue) / (1 - kr - kb), blue


@pytest.mark.slow
@pytest.mark.parametrize("size", [(SIDE, SIDE), (48, 64)], ids=["as large", "padded"])
@pytest.mark.parametrize("film", [BT709, BT601, HLG], ids=["709", "601", "HLG"])
@pytest.mark.parametrize("name", ["gbrp10le", "gbrap", "bgr0", "rgb24", "rgb555le"])
def test_rgb_is_the_same_colour_in_a_film_of_any_kind(
    tmp_path: Path, name: str, film: Colour, size: tuple[int, int]
) -> None:
    rgb = (200 / 255, 50 / 255, 20 / 255)
    path = tmp_path / ("a.mov" if name in ("rgb24", "rgb555le") else "a.mkv")
    codec = "rawvideo" if path.suffix == ".mov" else "ffv1"
    run_ffmpeg(
        *("-f", "lavfi", "-i", f"color=0xC83214:s={SIDE}x{SIDE}:r=24,format=gbrp", "-frames:v", "2"),
        *("-sws_flags", "accurate_rnd+bitexact", "-pix_fmt", name, "-c:v", codec, str(path)),
    )
    wanted = raised(rgb, film) if film == HLG else yuv(rgb, film, 10)
    found = shown(probe(path), film, tmp_path, size=size)
    assert_near(found, wanted, film, 40 if name == "rgb555le" else 4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "film"),
    [
        pytest.param(BT601, BT709, id="601 to 709"),
        pytest.param(BT709, BT601, id="709 to 601"),
        pytest.param(Colour("pc", "bt709", "bt709", "smpte170m"), BT709, id="601 full to 709"),
        pytest.param(BT709, FULL, id="709 to full"),
    ],
)
def test_another_matrix_makes_nothing_darker(tmp_path: Path, source: Colour, film: Colour) -> None:
    errors = []
    for number, rgb in enumerate(itertools.product((0.2, 0.5, 0.8), repeat=3)):
        if number % 3:
            continue
        planes = tuple(round(value) for value in yuv(rgb, source))
        clip = Patch(planes, source).write(tmp_path / f"{number}.mkv")  # type: ignore[arg-type]  # three of them
        out = shown(clip, film, tmp_path, name="yuv420p")
        errors.append([was - wanted for was, wanted in zip(out, yuv(rgb, film), strict=True)])
    found = np.array(errors)
    assert np.abs(found.mean(axis=0)).max() < 0.4
    assert np.abs(found).max() <= 1.4, "the source's rounding and the film's"


@pytest.mark.parametrize("colour", [Colour(), BT709, HLG, FULL])
def test_pictures_that_are_as_the_film_is_are_not_touched(colour: Colour) -> None:
    spec = PictureSpec("h264", "libx264", (), "yuv420p", 1280, 720, Fraction(24), colour)
    job = EncodeJob((EncodeInput(make_clip(colour=colour), FrameRange(0, 9)),), spec, 9, (1280, 720))
    graph = " ".join(encode_arguments(job, "out.mp4"))
    assert not re.search(r"scale=|tonemap", graph)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".mkv", ("-c:v", "ffv1", "-pix_fmt", "bgr0")),
        (".mp4", ("-c:v", "libx264rgb", "-crf", "4")),
        (".webm", ("-c:v", "libvpx-vp9", "-pix_fmt", "gbrp", "-crf", "4", "-b:v", "0", "-cpu-used", "8")),
        (".mov", ("-c:v", "qtrle", "-pix_fmt", "rgb24")),
        (".mov", ("-c:v", "png", "-pix_fmt", "rgb24")),
    ],
    ids=["ffv1", "libx264rgb", "vp9", "qtrle", "png"],
)
def test_a_film_of_rgb_clips_says_what_it_is(tmp_path: Path, suffix: str, options: tuple[str, ...]) -> None:
    red = tmp_path / f"red{suffix}"
    source = ("-f", "lavfi", "-i", "color=0xC83214:s=160x96:r=24,format=gbrp", "-frames:v", "12")
    run_ffmpeg(*source, *options, str(red))
    plain = tmp_path / "plain.mp4"
    run_ffmpeg(
        *source,
        *("-vf", "scale=out_color_matrix=bt709:flags=accurate_rnd,format=yuv420p"),
        *("-c:v", "libx264", "-crf", "4", str(plain)),
    )
    wanted = yuv((200 / 255, 50 / 255, 20 / 255), BT709)
    for clips in ([red, red], [red, red, red, plain], [plain, plain, red]):
        board = stitcher.assemble(clips, transition="cut", fps=24)
        (made,) = stitcher.render(
            board, tmp_path / "film.mp4", options=stitcher.RenderOptions(cache=tmp_path / "cache")
        ).paths
        with av.open(str(made)) as container:
            pictures = list(container.decode(video=0))
        assert len(pictures) == 12 * len(clips)
        for picture in pictures:
            assert picture.format.name == "yuv420p"
            assert int(picture.colorspace) in (1, 2), "BT.709, or nothing where the clips say nothing"
            assert middle(picture) == pytest.approx(wanted, abs=3)


@pytest.mark.slow
def test_a_shot_on_its_own_blurred_picture_keeps_its_depth(tmp_path: Path) -> None:
    clip = Patch((501, 430, 603), BT709, "yuv422p10le").write(tmp_path / "a.mkv")
    spec = PictureSpec("h264", "libx264", ("-qp", "0"), "yuv422p10le", 64, SIDE, Fraction(24), BT709)
    job = EncodeJob((EncodeInput(clip, FrameRange(0, 1), fit="blur"),), spec, 1, (64, SIDE))
    made = encode_segment(job, tmp_path / "cache").clip
    with av.open(str(made.path)) as container:
        assert middle(next(container.decode(video=0))) == pytest.approx((501, 430, 603), abs=0.6)
