"""Start pictures: measured as shown, cut to the pixel, kept as PNG."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from stitcher.errors import MediaRefused
from stitcher.generation.generate import inspect
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.signed_stills import signed_stills
from stitcher.generation.start_crop import Crop
from stitcher.generation.start_images import cut_start, measure_still, measure_stills, still_paths
from stitcher.media.files import sha256_file
from stitcher.storyboard.load import load
from tests.generation.boards import make_board


def paint(path: Path, size: tuple[int, int] = (64, 48), *, orientation: int = 1, mode: str = "RGB") -> Path:
    """A picture whose colour says where each pixel is."""
    from PIL import Image

    picture = Image.new("RGB", size)
    picture.putdata([(x * 4 % 256, y * 4 % 256, 9) for y in range(size[1]) for x in range(size[0])])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.convert(mode).save(path, exif=exif)
    return path


def pixel(path: Path, x: int, y: int) -> tuple[int, ...]:
    from PIL import Image

    with Image.open(path) as picture:
        assert picture.format == "PNG"
        found = picture.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return tuple(int(part) for part in found)


@pytest.mark.parametrize(
    ("name", "media_type"), [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.webp", "image/webp")]
)
def test_a_picture_is_measured_by_what_it_holds(tmp_path: Path, name: str, media_type: str) -> None:
    path = paint(tmp_path / name).rename(tmp_path / "picture.png")
    still = measure_still(path)
    assert (still.media_type, still.width, still.height) == (media_type, 64, 48)
    assert (still.sha256, still.size) == (sha256_file(path), path.stat().st_size)


def test_a_picture_on_its_side_is_measured_as_shown_and_sent_upright(tmp_path: Path) -> None:
    still = measure_still(paint(tmp_path / "a.jpg", orientation=6))
    assert (still.width, still.height, still.turned) == (48, 64, True)
    sent = cut_start(still, None, tmp_path / "start.png")
    assert (sent.still.width, sent.still.height, sent.still.turned) == (48, 64, False)


def test_what_is_cut_is_exactly_the_box(tmp_path: Path) -> None:
    still = measure_still(paint(tmp_path / "a.png"))
    sent = cut_start(still, Crop(8, 4, 32, 18), tmp_path / "start.png", file="takes/a/1.start.png")
    assert (sent.still.width, sent.still.height) == (32, 18)
    assert pixel(tmp_path / "start.png", 0, 0) == (32, 16, 9)
    assert pixel(tmp_path / "start.png", 31, 17) == (39 * 4, 21 * 4, 9)
    assert (sent.origin_sha256, sent.file) == (still.sha256, "takes/a/1.start.png")


def test_a_whole_png_is_kept_byte_for_byte(tmp_path: Path) -> None:
    still = measure_still(paint(tmp_path / "a.png"))
    assert cut_start(still, None, tmp_path / "start.png").still.sha256 == still.sha256


def test_a_palette_becomes_plain_colour(tmp_path: Path) -> None:
    from PIL import Image

    still = measure_still(paint(tmp_path / "a.png", mode="P"))
    cut_start(still, Crop(0, 0, 32, 18), tmp_path / "start.png")
    with Image.open(tmp_path / "start.png") as picture:
        assert picture.mode == "RGB"


def test_what_is_no_picture_is_refused_and_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(MediaRefused):
        measure_still(path)
    assert isinstance(measure_stills([path])[path], str)


def test_every_picture_a_storyboard_names_is_found_once() -> None:
    board = make_board(
        "  - {id: a, start: s.png, edit: {prompt: x, keyframes: [{file: k.png, at: 1s}]}}\n"
        "  - {id: b, start: s.png}\n"
        "  - {id: c, start: {image: {prompt: '@hero', references: [{file: r.png, tag: hero}]}}}\n"
    )
    assert [path.name for path in still_paths(board)] == ["s.png", "k.png", "r.png"]


def signed(path: Path) -> Path:
    """A PNG with a C2PA manifest directly behind its header."""
    head, chunk = 33, b"caBXmanifest"
    data = paint(path, (1280, 720)).read_bytes()
    said = (8).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    path.write_bytes(data[:head] + said + data[head:])
    return path


def test_signed_pictures_are_named_before_takes_are_made_of_them(tmp_path: Path) -> None:
    signed(tmp_path / "s.png")
    paint(tmp_path / "plain.png", (1280, 720))
    (tmp_path / "board.yaml").write_text(
        'stitcher: 1\nformat: {ratio: "1280:720", fps: 24}\ndefaults: {model: gen4_turbo, duration: 2}\nshots:\n'
        "  - {id: a, start: s.png, prompt: x}\n  - {id: b, start: plain.png, prompt: x}\n"
        "  - {id: c, start: s.png, prompt: x}\n"
    )
    board = load(tmp_path / "board.yaml")
    (told,) = inspect(board).notes
    assert "(C2PA) of s.png" in told
    assert "(shot a, c)" in told
    facts = ProbedFiles(measure_stills(still_paths(board)))
    assert [list(signed_stills(board, facts, shots)) for shots in ({"b"}, set())] == [[], []]
