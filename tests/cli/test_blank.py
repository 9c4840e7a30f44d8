"""`check` and `takes list` name shots with nothing to be seen or heard, in a line each."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from stitcher.media import blank
from tests.cli.conftest import Run
from tests.footage import BLACK, Footage


@pytest.mark.slow
def test_check_names_clips_that_are_black_or_silent(run: Run, here: Path, footage: Footage) -> None:
    options: dict[str, Any] = {"frames": 12, "size": (160, 96)}
    shutil.copyfile(footage.clip(1, level=BLACK, audio="silence", **options), "nothing.mp4")
    shutil.copyfile(footage.clip(2, level=BLACK, **options), "black.mp4")
    shutil.copyfile(footage.clip(3, audio="tone", **options), "good.mp4")
    Path("b.yaml").write_text(
        "stitcher: 1\ndefaults: {transition: cut}\nshots:\n"
        "  - {id: a, clip: nothing.mp4}\n  - {id: b, clip: black.mp4}\n  - {id: c, clip: good.mp4}\n"
    )
    ended = run("check", "b.yaml", "--json")
    assert ended.code == 0
    assert [note for note in ended.document["notes"] if "wholly" in note] == [
        "Shot a: its picture is wholly black and its sound is wholly silent.",
        "Shot b: its picture is wholly black.",
    ]


@pytest.mark.slow
def test_takes_that_are_black_are_named_also_while_others_are_missing(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (1280, 720)).save("start.png")
    shot = "  - {{id: {}, prompt: Nothing moves, start: start.png, duration: 2, model: gen4.5}}\n"
    Path("b.yaml").write_text(
        'stitcher: 1\nformat: {ratio: "1280:720"}\nshots:\n' + shot.format("a") + shot.format("b")
    )
    assert run("generate", "b.yaml", "a").code == 0
    # Animatics bear a caption; what a service sends need not.
    monkeypatch.setattr(blank, "blanks", lambda _: ("black",))
    said = "Shot a take 1: its picture is wholly black."
    assert f"Note: {said}" in run("takes", "list", "b.yaml").err
    assert said in run("check", "b.yaml", "--json").document["notes"]
