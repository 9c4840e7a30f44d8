"""Cropped, turned, zoomed and graded shots: planned, proven, and shown to the pixel and to the level."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.editor_export.drawn import drawn_items
from stitcher.errors import PlanError, VerifyError
from stitcher.media.clip import Clip, Colour
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.pictures.moviepy_clip import to_moviepy
from stitcher.rendering.colour import color_tags
from stitcher.rendering.drawings import Drawings
from stitcher.rendering.film import prepare, render
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.picture_proof import check_shown
from stitcher.rendering.plan import plan
from stitcher.session import located
from stitcher.storyboard.load import parse
from stitcher.timebase import FrameRange
from stitcher.timeline.look import ColourGrade, Look, Lut, luma_weights
from tests.factories import make_clip
from tests.footage import ffmpeg_exe, make_coded_clip, read_code, run_ffmpeg
from tests.rendering.films import delivery, film

SIZE = (160, 96)
HALF = Fraction(1, 2)
NONE = Fraction(0)


def test_a_plan_says_what_is_done_to_a_picture() -> None:
    look = Look(crop=(Fraction(1, 8), NONE, NONE, NONE), rotate=-1.5, zoom=1.2, grade=ColourGrade(exposure=1))
    (segment,) = plan(film([make_clip(frames=24)], look=look), delivery()).encoded
    assert segment.reason == "s0: its picture is changed (crop, zoom 1.2, rotate -1.5, grade)"


def test_a_grade_is_refused_where_the_film_is_hdr() -> None:
    hdr = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
    with pytest.raises(
        PlanError, match=r"shot 's0': 'grade' is for pictures of SDR, and this film is HDR \(PQ\)"
    ):
        plan(film([make_clip(frames=24)], look=Look(grade=ColourGrade(exposure=1))), delivery(colour=hdr))


def test_a_grade_that_is_refused_is_told_with_its_line() -> None:
    hdr = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")
    board = parse("stitcher: 1\nshots:\n- {id: s0, clip: a}\n- id: s1\n  clip: b\n  grade: {exposure: 1}\n")
    made = film([make_clip(frames=24), make_clip(frames=24)])
    graded = replace(made.items[1], look=Look(grade=ColourGrade(exposure=1)))
    with pytest.raises(PlanError) as caught, located(board):
        plan(replace(made, items=(made.items[0], graded)), delivery(colour=hdr))
    assert [issue.line for issue in caught.value.issues] == [6]


def test_where_a_table_lies_is_not_in_the_key_and_what_is_in_it_is() -> None:
    def key(path: str, sha256: str) -> str:
        look = Look(grade=ColourGrade(lut=Lut(Path(path), sha256)))
        part = EncodeInput(make_clip(), FrameRange(0, 24), look=look)
        return EncodeJob((part,), delivery().picture, 24, SIZE).key("x")

    assert key("/a.cube", "1") == key("/b.cube", "1") != key("/a.cube", "2")


def ramps(path: Path, down: bool, *options: str, size: tuple[int, int] = SIZE) -> Clip:
    """A clip whose luma rises from left to right, or from top to bottom: 40 to 220."""
    place = "Y/(H-1)" if down else "X/(W-1)"
    source = f"nullsrc=s={size[0]}x{size[1]}:r=24,geq=lum='40+180*{place}':cb=128:cr=128"
    run_ffmpeg(
        "-f", "lavfi", "-i", source, "-frames:v", "3", "-c:v", "libx264", "-qp", "0", *options, str(path)
    )
    return probe(path)


def made(clip: Clip, tmp_path: Path, *, pixels: str = "yuv420p", **part: object) -> np.ndarray:
    """The second picture of a lossless piece, planes of `(3, height, width)` as 4:4:4 of its own levels."""
    spec = replace(
        delivery(size=SIZE).picture, options=("-preset", "ultrafast", "-qp", "0"), pixel_format=pixels
    )
    if clip.video.colour.matrix and "10" in pixels:
        spec = replace(spec, options=("-preset", "ultrafast", "-crf", "0"))
    job = EncodeJob((EncodeInput(clip, FrameRange(0, 3), **part),), spec, 3, SIZE)  # type: ignore[arg-type]  # options of any kind, by name
    out = tmp_path / "piece.mp4"
    run_ffmpeg(*encode_arguments(job, str(out)))
    check_shown(probe(out), job, Drawings(job))
    deep = "10" in pixels
    done = subprocess.run(
        [
            *(ffmpeg_exe(), "-v", "error", "-i", str(out), "-vf", "select=eq(n\\,1),scale=flags=neighbor"),
            *("-pix_fmt", "yuv444p10le" if deep else "yuv444p", "-f", "rawvideo", "-"),
        ],
        capture_output=True,
        check=True,
    )
    return np.frombuffer(done.stdout, "<u2" if deep else np.uint8).reshape(3, SIZE[1], SIZE[0]).astype(float)


LOOKS = {
    "cropped at odd pixels": Look(crop=(Fraction(33, 160), NONE, Fraction(7, 96), Fraction(9, 96))),
    "zoomed": Look(zoom=1.7),
    "a quarter": Look(rotate=90),
    "a half": Look(rotate=-180),
    "three quarters": Look(rotate=270),
    "tilted": Look(rotate=-1.5),
    "tilted far": Look(rotate=100, zoom=1.1),
    "all": Look(crop=(Fraction(1, 10), NONE, NONE, Fraction(1, 7)), rotate=4, zoom=1.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("down", [False, True], ids=["across", "down"])
def test_every_pixel_comes_from_its_place(tmp_path: Path, look: Look, down: bool) -> None:
    clip = ramps(tmp_path / "a.mp4", down)
    luma = made(clip, tmp_path, look=look)[0]
    pixel = 180 / (SIZE[1] if down else SIZE[0])
    assert np.abs(luma - _expected(look, SIZE, down))[2:-2, 2:-2].max() < 1 + 1.5 * pixel


def _expected(look: Look, shown: tuple[int, int], down: bool) -> np.ndarray:
    """What a ramp looks like: filled into the frame, each point of it looked up in the source."""
    seen = look.seen(shown)
    scale = max(SIZE[0] / seen[0], SIZE[1] / seen[1])
    x, y = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    x, y = (x - SIZE[0] / 2) / scale + seen[0] / 2, (y - SIZE[1] / 2) / scale + seen[1] / 2
    a, b, c, d, e, f = look.to_source(shown)
    place = (d * x + e * y + f - 0.5) / (shown[1] - 1) if down else (a * x + b * y + c - 0.5) / (shown[0] - 1)
    return 40 + 180 * place


@pytest.mark.slow
def test_what_is_turned_by_its_file_is_cropped_as_it_is_shown(tmp_path: Path) -> None:
    plain = ramps(tmp_path / "a.mp4", False)
    turned = tmp_path / "turned.mp4"
    run_ffmpeg("-display_rotation", "90", "-i", str(plain.path), "-c", "copy", str(turned))
    clip, look = probe(turned), Look(crop=(NONE, NONE, HALF, NONE))
    assert clip.video.shown_size == (96, 160)
    # Turned anticlockwise, what rises from left to right rises from the bottom to the top.
    luma = made(clip, tmp_path, look=look)[0]
    assert np.abs(luma - (260 - _expected(look, (96, 160), True)))[2:-2, 2:-2].max() < 2.0


@pytest.mark.slow
def test_pixels_that_are_not_square_are_cropped_and_turned_as_they_are_shown(tmp_path: Path) -> None:
    clip = ramps(tmp_path / "a.mp4", False, "-vf", "setsar=2", size=(80, 96))
    look = Look(crop=(Fraction(1, 4), NONE, NONE, NONE), rotate=90)
    assert clip.video.shown_size == (160, 96)
    luma = made(clip, tmp_path, look=look)[0]
    assert np.abs(luma - _expected(look, (160, 96), False))[2:-2, 2:-2].max() < 3.0


CUBE = "LUT_3D_SIZE 2\n" + "\n".join(
    f"{0.1 + 0.7 * r} {0.9 - 0.5 * g} {b * b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)
)
GRADES = {
    "exposure": ColourGrade(exposure=-0.7),
    "temperature": ColourGrade(temperature=4300),
    "contrast": ColourGrade(contrast=1.4),
    "low contrast": ColourGrade(contrast=0.5, exposure=2),
    "saturation": ColourGrade(saturation=1.6),
    "grey": ColourGrade(saturation=0),
    "table": ColourGrade(exposure=0.3, lut=Lut(Path("c.cube"), "1")),
}
SOURCES = {
    "8 bits": ("yuv420p", Colour("tv", "bt709", "bt709", "bt709")),
    "full range": ("yuv420p", Colour("pc", "bt709", "bt709", "bt709")),
    "another matrix": ("yuv420p", Colour("tv", "smpte170m", "smpte170m", "smpte170m")),
    "10 bits": ("yuv420p10le", Colour("tv", "bt709", "bt709", "bt709")),
}
PATCHES = np.array(
    [[60, 128, 128], [126, 128, 128], [200, 128, 128], [110, 100, 150], [120, 150, 110]], float
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "grade"),
    [("8 bits", name) for name in GRADES]
    + [(name, grade) for name in list(SOURCES)[1:] for grade in ("contrast", "table")],
)
def test_colours_are_what_arithmetic_says(tmp_path: Path, source: str, grade: str) -> None:
    pixels, colour = SOURCES[source]
    unit = 4 if "10" in pixels else 1
    clip = _patches(tmp_path / "a.mp4", pixels, colour)
    wanted, lut = GRADES[grade], GRADES[grade].lut
    if lut is not None:
        (tmp_path / "c.cube").write_text(CUBE)
        wanted = replace(wanted, lut=replace(lut, path=tmp_path / "c.cube"))
    picture = made(clip, tmp_path, pixels=pixels, look=Look(grade=wanted))
    shown = picture[:, 48, 16 :: SIZE[0] // 5].T / unit
    assert np.abs(shown - _graded(PATCHES, colour, wanted)).max() <= 0.8
    if unit == 4:
        assert np.any(picture[0] % 4)


def _patches(path: Path, pixels: str, colour: Colour) -> Clip:
    planes = np.repeat(PATCHES.T[:, None, :], SIZE[1], axis=1).repeat(SIZE[0] // 5, axis=2)
    deep = "10" in pixels
    raw = (planes * 4).astype("<u2").tobytes() if deep else planes.astype(np.uint8).tobytes()
    # Said to be so from the start, or ffmpeg takes them for BT.601 and converts them.
    said = ":".join(f"{name}={value}" for name, value in color_tags(colour).items())
    run_ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "yuv444p10le" if deep else "yuv444p", "-s", f"{SIZE[0]}x{SIZE[1]}"),
        *("-r", "24", "-i", "-", "-vf", f"setparams={said}", "-pix_fmt", pixels),
        *("-c:v", "libx264", "-crf", "0", str(path)),
        stdin=3 * raw,
    )
    return probe(path)


def _matrix(name: str | None) -> np.ndarray:
    red, green, blue = luma_weights(name)
    luma = np.array([red, green, blue])
    return np.array(
        [luma, (np.array([0, 0, 1]) - luma) / (2 - 2 * blue), (np.array([1, 0, 0]) - luma) / (2 - 2 * red)]
    )


def _graded(patches: np.ndarray, colour: Colour, grade: ColourGrade) -> np.ndarray:
    full = colour.range == "pc"
    low, luma, chroma = (0, 255, 255) if full else (16, 219, 224)
    yuv = (patches - [low, 128, 128]) / [luma, chroma, chroma]
    if not full:
        yuv = (patches - [16, 128, 128]) / [219, 224, 224]
    rgb = yuv @ np.linalg.inv(_matrix(colour.matrix)).T
    weights = np.array(luma_weights("bt709"))
    rgb = rgb * grade.temperature_gains(tuple(weights)) * 2 ** (grade.exposure / 2.4)
    rgb = (rgb - 0.5) * grade.contrast + 0.5
    grey = (rgb @ weights)[:, None]
    rgb = grey + (rgb - grey) * grade.saturation
    if grade.lut is not None:
        rgb = np.clip(rgb, 0, 1)
        rgb = np.stack([0.1 + 0.7 * rgb[:, 0], 0.9 - 0.5 * rgb[:, 1], rgb[:, 2]], axis=1)
    return np.clip(rgb, 0, 1) @ _matrix("bt709").T * [219, 224, 224] + [16, 128, 128]


@pytest.mark.slow
def test_a_film_shows_its_frames_as_moviepy_does_and_editors_get_them_with_handles(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    look = Look(rotate=180, zoom=1.05, grade=ColourGrade(exposure=0.2))
    timeline = film([clip], look=look, ranges={0: FrameRange(8, 16)})
    options = RenderOptions(cache=tmp_path / "cache")
    out = tmp_path / "film.mp4"
    render(prepare(timeline), out, options)
    shown = list(frames(probe(out), FrameRange(0, 8)))
    assert [read_code(one[::-1, ::-1]) for one in shown] == [(7, number) for number in range(8, 16)]
    assert np.abs(to_moviepy(timeline).get_frame(4 / 24).astype(float) - shown[4]).mean() < 4
    drawn = drawn_items(timeline, 4, options)[0]
    assert drawn.clip is not None
    assert (drawn.head, drawn.clip.video.frames) == (4, 16)
    assert read_code(next(frames(drawn.clip, FrameRange(0, 1)))[::-1, ::-1]) == (7, 4)


@pytest.mark.slow
@pytest.mark.parametrize("look", [LOOKS["tilted far"], LOOKS["all"]], ids=["tilted far", "all"])
def test_a_piece_that_shows_another_picture_is_found_out(tmp_path: Path, look: Look) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    picture = delivery(size=SIZE).picture
    good, late = (
        EncodeJob((EncodeInput(clip, seen, look=look),), picture, 20, SIZE)
        for seen in (FrameRange(0, 20), FrameRange(3, 23))
    )
    out = tmp_path / "piece.mp4"
    run_ffmpeg(*encode_arguments(good, str(out)))
    check_shown(probe(out), good, Drawings(good))
    with pytest.raises(VerifyError, match="was shown"):
        check_shown(probe(out), late, Drawings(late))
