"""Transparency is kept where the deliverable can hold it, else laid over black; what lies under it is never shown."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stitcher.delivery.load import load_preset
from stitcher.delivery.resolve import resolve
from stitcher.media.clip import Clip
from stitcher.media.frames import frame, gray_frames, last_frame
from stitcher.media.pixel_format import pixel_format
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Effect, Title
from tests.factories import make_clip
from tests.footage import Footage, run_ffmpeg
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import made

ORANGE = (230, 120, 40)
SIZE = (160, 96)
PATCHES = ((10, 40), (60, 48), (100, 20), (150, 80))
"""x and y of places at which pictures are looked at; alpha rises from left to right."""

SOURCES: dict[str, tuple[str, list[str]]] = {
    "prores 4444": (".mov", ["-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"]),
    "vp9": (
        ".webm",
        ["-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-crf", "4", "-b:v", "0", "-cpu-used", "8"],
    ),
    "vp8": (
        ".webm",
        ["-c:v", "libvpx", "-pix_fmt", "yuva420p", "-crf", "4", "-b:v", "4M", "-auto-alt-ref", "0"],
    ),
    "quicktime animation": (".mov", ["-c:v", "qtrle", "-pix_fmt", "argb"]),
    "png in quicktime": (".mov", ["-c:v", "png", "-pix_fmt", "rgba"]),
    "ffv1": (".mkv", ["-c:v", "ffv1", "-pix_fmt", "yuva420p"]),
}


def transparent(folder: Path, kind: str, frames: int = 12) -> Clip:
    """Orange that is less and less transparent from left to right."""
    suffix, options = SOURCES[kind]
    path = folder / f"{kind.replace(' ', '-')}{suffix}"
    red, green, blue = ORANGE
    paint = f"format=rgba,geq=r={red}:g={green}:b={blue}:a='255*X/{SIZE[0]}'"
    tags = (
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd" if "rgb" not in options[-1] else "null"
    )
    named = next(option for option in options if option.startswith(("yuva", "argb", "rgba")))
    tagged = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    run_ffmpeg(
        *("-f", "lavfi", "-i", f"color=black:s={SIZE[0]}x{SIZE[1]}:r=24"),
        *("-vf", f"{paint},{tags},format={named}" + (f",{tagged}" if named.startswith("yuva") else "")),
        *("-frames:v", str(frames), *options, str(path)),
    )
    return probe(path)


def over_black(x: int) -> np.ndarray:
    return np.array(ORANGE) * (x / SIZE[0])


def assert_over_black(picture: np.ndarray) -> None:
    for x, y in PATCHES:
        assert np.abs(picture[y, x].astype(float) - over_black(x)).max() < 16, (x, y)


def rgba(path: Path, number: int) -> np.ndarray:
    """A picture of a film, with its alpha."""
    with av.open(str(path)) as container:
        for count, decoded in enumerate(container.decode(video=0)):
            if count == number:
                return decoded.to_ndarray(format="rgba")
    raise AssertionError(f"no frame {number}")


def assert_kept(picture: np.ndarray) -> None:
    for x, y in PATCHES:
        assert abs(float(picture[y, x, 3]) - 255 * x / SIZE[0]) < 4, (x, y)
        assert np.abs(picture[y, x, :3].astype(float) - ORANGE).max() < 16, (x, y)


@pytest.mark.slow
@pytest.mark.parametrize("kind", SOURCES)
def test_what_is_transparent_is_black_in_stills_and_in_films_that_cannot_hold_it(
    tmp_path: Path, kind: str
) -> None:
    clip = transparent(tmp_path, kind)
    assert pixel_format(clip.video.pixel_format).alpha
    assert_over_black(last_frame(clip))
    result = made(film([clip, clip], [dissolve(4)]), tmp_path / "film.mp4", preset="web-hevc")
    assert [one.kind for one in result.plan.conversions if one.kind == "alpha"] == ["alpha"]
    for number in (0, 10, 19):
        assert_over_black(frame(probe(result.paths[0]), number))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SOURCES)
def test_alpha_is_kept_where_the_deliverable_holds_it(footage: Footage, tmp_path: Path, kind: str) -> None:
    clip, opaque = transparent(tmp_path, kind), probe(footage.clip(1, frames=12))
    timeline = film([clip, clip, opaque], [dissolve(4), CUT])
    result = made(timeline, tmp_path / "film.mov", preset="master-prores-4444")
    assert "alpha" not in [one.kind for one in result.plan.conversions]
    for number in (0, 10, 19):
        assert_kept(rgba(result.paths[0], number))
    assert rgba(result.paths[0], 22)[..., 3].min() == 255


@pytest.mark.slow
@pytest.mark.parametrize("size", [None, (80, 48)], ids=["whole", "smaller"])
def test_seams_are_measured_on_what_is_seen(tmp_path: Path, size: tuple[int, int] | None) -> None:
    clip = transparent(tmp_path, "prores 4444", frames=1)
    (gray,) = gray_frames(clip, FrameRange(0, 1), size=size)
    row = gray[gray.shape[0] // 2].astype(int)
    assert row[0] < 3
    assert (np.diff(row) >= -1).all()
    assert abs(row[gray.shape[1] // 2] * 2 - row[-1]) < 6


@pytest.mark.slow
def test_a_sequence_of_pictures_keeps_alpha(tmp_path: Path) -> None:
    clip = transparent(tmp_path, "prores 4444")
    made(film([clip, clip], [dissolve(4)]), tmp_path / "frames", preset="seq-png16")
    for number in (0, 10, 19):
        assert_kept(rgba(tmp_path / "frames" / f"{number:06}.png", 0))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "suffix"), [("prores 4444", ".mov"), ("vp9", ".webm")])
def test_the_sources_own_format_keeps_alpha(tmp_path: Path, kind: str, suffix: str) -> None:
    clip = transparent(tmp_path, kind)
    result = made(film([clip, clip], [dissolve(4)]), tmp_path / f"film{suffix}")
    again = probe(result.paths[0])
    assert pixel_format(again.video.pixel_format).alpha
    for number in (0, 10, 19):
        assert_over_black(frame(again, number))


@pytest.mark.parametrize(
    ("preset", "kept"),
    [
        ("master-prores-4444", "yuva444p10le"),
        ("seq-png16", "yuva444p10le"),
        ("seq-exr", "yuv444p10le"),
        ("master-prores-hq", "yuv422p10le"),
        ("web-hevc", "yuv420p10le"),
        ("poster", "yuv444p10le"),
    ],
)
def test_deliverables_have_alpha_only_where_something_is_transparent(preset: str, kept: str) -> None:
    plain, seen_through = make_clip(), make_clip(path="/b.mov", pixel_format="yuva444p12le")
    timeline = film([plain, seen_through])
    picture = resolve(load_preset(preset), timeline).picture
    assert picture.pixel_format == kept
    assert (picture.codec == "ffv1") == (preset == "seq-png16")
    opaque = resolve(load_preset(preset), film([plain])).picture.pixel_format
    assert opaque == kept.replace("yuva", "yuv")
    treated = replace(timeline.items[1], effects=(Effect("MirrorX"),))
    drawn = replace(timeline, items=(timeline.items[0], treated))
    assert resolve(load_preset(preset), drawn).picture.pixel_format == opaque


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["web-hevc", "master-prores-4444"])
@pytest.mark.parametrize("kind", ["prores 4444", "png in quicktime"])
def test_pictures_that_are_blended_for_another_rate_are_opaque(
    tmp_path: Path, kind: str, preset: str
) -> None:
    clip = transparent(tmp_path, kind)
    timeline = film([clip], rate=Fraction(30), conform="blend")
    result = made(timeline, tmp_path / ("film.mov" if "prores" in preset else "film.mp4"), preset=preset)
    assert "alpha" in [one.kind for one in result.plan.conversions]
    again = probe(result.paths[0])
    assert not pixel_format(again.video.pixel_format).alpha
    for number in (0, 6, 13):
        assert_over_black(frame(again, number))


@pytest.mark.slow
def test_a_shot_with_text_over_it_is_opaque_and_bars_beside_others_are(tmp_path: Path) -> None:
    clip = transparent(tmp_path, "prores 4444")
    timeline = film([clip, clip], size=(240, 96), fit="pad")
    third = Title("Hi", 12, kind="lower_third")
    items = (replace(timeline.items[0], overlays=(third,)), timeline.items[1])
    result = made(replace(timeline, items=items), tmp_path / "film.mov", preset="master-prores-4444")
    assert [one.shots for one in result.plan.conversions if one.kind == "alpha"] == [("s0",)]
    text, plain = rgba(result.paths[0], 6), rgba(result.paths[0], 18)
    assert text[..., 3].min() == 255
    assert np.abs(text[10, 40:200, :3][80].astype(float) - over_black(80)).max() < 8
    # The band grows lighter or darker in small steps: no overflow of alpha.
    assert np.abs(np.diff(text[90, 60:180, 0].astype(int))).max() < 12
    assert (plain[48, 10, 3], plain[48, 230, 3]) == (255, 255)
    assert abs(float(plain[10, 100, 3]) - 255 * 60 / SIZE[0]) < 4


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["web-hevc", "draft"])
@pytest.mark.parametrize("kind", ["prores 4444", "vp9", "png in quicktime"])
def test_text_and_blurred_bars_lie_over_what_is_seen(tmp_path: Path, kind: str, preset: str) -> None:
    clip = transparent(tmp_path, kind)
    timeline = film([clip, clip], fit="blur", size=(240, 96))
    third = Title("Hi", 12, kind="lower_third")
    items = (replace(timeline.items[0], overlays=(third,)), timeline.items[1])
    result = made(replace(timeline, items=items), tmp_path / "film.mp4", preset=preset)
    part = 2 if preset == "draft" else 1
    for number in (6, 18):
        picture = frame(probe(result.paths[0]), number).astype(float)
        for x in (50, 80, 120):
            assert np.abs(picture[10 // part, (x + 40) // part] - over_black(x)).max() < 14, (number, x)
