"""Mistakes of every kind are told at once, in the storyboard's order."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher.errors import MediaError, MediaMissing, PlanError, StoryboardError
from tests.footage import Footage, tone, write_wav

_BOARD = """stitcher: 1
shots:
  - {{id: a, clip: {clip}, overlays: [{{text: Hi, at: 0s, duration: 1s{font}}}]}}
  - {{id: b, clip: {other}{key}}}
sound:
  - {{role: music, file: {sound}{anchor}}}
deliver:
  - {{preset: youtub-1080p, file: out.mp4}}
  - {{editor: resolv, folder: x}}
"""


def written(folder: Path, **changes: str) -> Path:
    parts = {"clip": "no.mp4", "other": "gone.mp4", "sound": "no.wav", "font": "", "key": "", "anchor": ""}
    path = folder / "board.yaml"
    path.write_text(_BOARD.format(**{**parts, **changes}))
    return path


def test_mistakes_of_every_kind_are_told_in_the_files_order(tmp_path: Path) -> None:
    path = written(tmp_path, font=", font: no.ttf", key=", trasition: cut", anchor=", at: zz")
    with pytest.raises(StoryboardError) as caught:
        stitcher.load(path)
    said = [
        "no.mp4', is not there",
        "no.ttf', is not there",
        "gone.mp4', is not there",
        "trasition",
        "no.wav', is not there",
        "no shot is called 'zz'",
        "no preset named 'youtub-1080p'",
        "no editor 'resolv'",
    ]
    messages = [issue.message.replace("': is", "', is") for issue in caught.value.issues]
    assert len(messages) == len(said)
    assert all(part in message for part, message in zip(said, messages, strict=True))


def test_a_file_is_told_of_where_it_is_used_as_what_it_is_not(tmp_path: Path, footage: Footage) -> None:
    clip = footage.clip(1, frames=8)
    text = (
        f"stitcher: 1\nshots: [{{id: a, clip: '{clip}'}}]\n"
        f"sound:\n  - {{role: music, file: '{clip}'}}\n  - {{role: music, file: no.wav}}\n"
        f"  - {{role: effects, file: '{clip}'}}\n"
    )
    (tmp_path / "board.yaml").write_text(text)
    with pytest.raises(MediaError, match="without sound") as caught:
        stitcher.lay_out(stitcher.load(tmp_path / "board.yaml"))
    notes = "\n".join(caught.value.__notes__)
    assert re.findall(r"board\.yaml:(\d+):\d+: (it is named here|.*is not there)", notes) == [
        ("4", "it is named here"),
        ("5", f"{str(tmp_path / 'no.wav')!r}: is not there"),
        ("6", "it is named here"),
    ]


def test_files_and_presets_are_told_at_once_where_all_else_is_right(tmp_path: Path) -> None:
    path = written(tmp_path, font=", font: no.ttf")
    path.write_text(path.read_text().replace("  - {editor: resolv, folder: x}\n", ""))
    with pytest.raises(MediaMissing) as caught:
        stitcher.lay_out(stitcher.load(path))
    notes = "\n".join(caught.value.__notes__)
    lines = [int(line) for line in re.findall(r"board\.yaml:(\d+)", notes)]
    assert lines == [3, 3, 4, 6, 8]


def test_places_and_presets_are_told_at_once(footage: Footage, tmp_path: Path) -> None:
    clip = str(footage.clip(1, frames=25))
    path = written(tmp_path, clip=clip, other=clip, sound=clip, anchor=", at: a+90s")
    path.write_text(path.read_text().replace("  - {editor: resolv, folder: x}\n", ""))
    sound = footage.wav("unusable", np.zeros((4800, 2), np.float32))
    path.write_text(path.read_text().replace(f"file: {clip}", f"file: {sound}"))
    with pytest.raises(PlanError) as caught:
        stitcher.lay_out(stitcher.load(path))
    assert [issue.line for issue in caught.value.issues] == [6, 8]


_SPOKEN = """stitcher: 1
language: en
format: {fps: 24, size: 320x180}
shots:
  - {id: a, still: a.png, duration: 1s}
sound:
  - role: dialogue
    name: line
    file: line.wav
    dubs:
      de: {file: no.de.wav, text: Hallo}
      fr: no.fr.wav
"""


def test_dubs_that_are_not_there_are_told_where_they_are_named(tmp_path: Path) -> None:
    path = tmp_path / "board.yaml"
    path.write_text(_SPOKEN)
    Image.new("RGB", (64, 64)).save(tmp_path / "a.png")
    write_wav(tmp_path / "line.wav", tone(0.5))
    with pytest.raises(MediaMissing) as caught:
        stitcher.check(stitcher.load(path))
    assert caught.value.path == tmp_path / "no.de.wav"
    assert re.findall(r"board\.yaml:(\d+)", "\n".join(caught.value.__notes__)) == ["11", "12"]


def test_files_of_dubs_and_of_what_sounds_are_made_from_are_told_with_other_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "board.yaml"
    bought = "  - {role: dialogue, name: clean, generate: {isolate: no.talk.wav}}\n"
    path.write_text(_SPOKEN.replace("    name: line\n", "    name: line\n    nam: x\n") + bought)
    with pytest.raises(StoryboardError) as caught:
        stitcher.load(path)
    missing = [issue.line for issue in caught.value.issues if "is not there" in issue.message]
    assert missing == [5, 10, 12, 13, 14]
