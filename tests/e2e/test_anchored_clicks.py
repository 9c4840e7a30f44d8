"""Clicks at every kind of anchor: on the sample in the mix, and within a millisecond in films of every container."""

from __future__ import annotations

from pathlib import Path

import pytest

import stitcher
from stitcher.storyboard.model import Storyboard
from tests.footage import make_coded_clip
from tests.sound.material import clicks, loudest, read, write
from tests.sound.test_clip_sound import heard

pytestmark = pytest.mark.slow

LATE = 4_800
"""Where in its file the click is that a cue is cut to or pivots on."""

ANCHORED = {
    "a time": ({"at": "0.25s"}, 12_000),
    "a frame": ({"at": "11f"}, 22_000),
    "a timecode": ({"at": "00:00:00:17"}, 34_000),
    "a shot": ({"at": "b"}, 48_000),
    "after a shot's start": ({"at": "b+0.2s"}, 57_600),
    "before a shot's end": ({"at": "b.end-7f"}, 110_000 - 14_000),
    "a seam": ({"at": "seam:c"}, 104_000),
    "a moment at a marker": ({"at": "marker:bang", "pivot": "0.1s"}, 114_000),
    "an onset at a shot": ({"at": "c+12f", "pivot": "onset"}, 122_000),
    "from a shot, cut into": ({"from": "d", "in": "0.1s", "fade_in": "0s"}, 146_000),
    "before the film's end": ({"at": "end-0.5s"}, 170_000),
}
"""Clicks begin half a millisecond before their middle; the cues' files have it at their very start."""


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Storyboard:
    """Four shots of a second, a dissolve between the second and the third, and a click at every kind of anchor."""
    folder = tmp_path_factory.mktemp("anchored")
    clip = str(make_coded_clip(folder / "clip.mp4", 1, 31))
    write(folder / "click.wav", clicks([24], 4_800, 2))
    write(folder / "late.wav", clicks([LATE + 24], 9_600, 2))
    shots: list[dict[str, object]] = [
        {"id": name, "clip": clip, "out": f"{frames}f", "transition": "cut"} for name, frames in SHOTS
    ]
    del shots[0]["transition"]
    shots[2]["transition"] = {"kind": "dissolve", "duration": "6f"}
    cues = [
        {
            "role": "effects",
            "file": str(folder / ("late.wav" if cue.keys() & {"in", "pivot"} else "click.wav")),
            **cue,
        }
        for cue, _ in ANCHORED.values()
    ]
    data = {"stitcher": 1, "shots": shots, "sound": cues, "markers": [{"name": "bang", "at": "c.end-16f"}]}
    return Storyboard.model_validate(data)


SHOTS = (("a", 24), ("b", 31), ("c", 24), ("d", 24))
PLACES = [place + 24 for _, place in ANCHORED.values()]


def test_in_the_mix_every_click_is_on_its_sample(board: Storyboard, tmp_path: Path) -> None:
    film = heard(board, tmp_path)
    assert len(film) == 97 * 2_000
    # An onset is known to half a millisecond.
    off = dict(zip(ANCHORED, [loudest(film, place, 600) - place for place in PLACES], strict=True))
    assert abs(off.pop("an onset at a shot")) <= 24
    assert set(off.values()) == {0}


PRESET = """
preset = 1
name = "{name}"
title = "{name}"
checked = "2026-11"
container = {{ value = "{container}", kind = "practice" }}
edit_list = {{ value = {edit_list}, kind = "practice" }}
[picture]
codec = {{ value = "{picture}", kind = "practice" }}
pixel_format = {{ value = "yuv420p", kind = "practice" }}
{speed}
crf = {{ value = 40, kind = "practice" }}
gop = {{ value = "2s", kind = "practice" }}
closed_gop = {{ value = true, kind = "practice" }}
[sound]
codec = {{ value = "{sound}", kind = "practice" }}
sample_rate = {{ value = 48000, kind = "practice" }}
channels = {{ value = 2, kind = "practice" }}
bitrate = {{ value = 192, kind = "practice" }}
loudness = {{ value = "none", kind = "practice" }}
"""


@pytest.mark.parametrize(
    ("container", "picture", "sound", "edit_list"),
    [
        ("mp4", "h264", "aac", "true"),
        ("mp4", "h264", "aac", "false"),
        ("mp4", "h264", "opus", "true"),
        ("mov", "h264", "aac", "true"),
        ("mkv", "h264", "aac", "true"),
        ("mkv", "h264", "opus", "true"),
        ("webm", "vp9", "opus", "true"),
    ],
)
def test_in_a_film_every_click_is_within_a_millisecond(
    board: Storyboard, tmp_path: Path, container: str, picture: str, sound: str, edit_list: str
) -> None:
    (tmp_path / "presets" / "delivery").mkdir(parents=True)
    speed = 'speed = { value = "ultrafast", kind = "practice" }' if picture == "h264" else ""
    text = PRESET.format(
        name="clicks", container=container, picture=picture, sound=sound, edit_list=edit_list, speed=speed
    )
    (tmp_path / "presets" / "delivery" / "clicks.toml").write_text(text)
    made = tmp_path / f"film.{container}"
    options = stitcher.RenderOptions(project=tmp_path, cache=tmp_path / "cache")
    stitcher.render(stitcher.lay_out(board), made, preset="clicks", options=options)
    film = read(made)
    off = [loudest(film, place, 600) - place for place in PLACES]
    assert max(map(abs, off)) <= 48
