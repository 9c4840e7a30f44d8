"""The same project makes the same films, byte for byte, wherever it is and however many cores there are."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import stitcher
from stitcher.rendering import encode_segments
from stitcher.storyboard.load import load
from tests.footage import Footage, tone

BOARD = """\
stitcher: 1
defaults: {model: gen4_turbo, duration: 2}
shots:
  - {id: a, prompt: "Slow dolly in", start: start.png}
  - {id: b, prompt: "Pan left", start: previous, transition: {kind: dissolve, duration: 6f}}
  - {id: t, title: {text: "End", duration: 12f}, transition: {kind: fadeblack, duration: 6f}}
sound:
  - {role: music, file: music.wav, loop: true}
deliver:
  - {preset: master-copy, file: copied.mp4}
  - {preset: draft, file: draft.mp4}
"""

ON_CORES = """\
import os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(sys.argv.pop(1))])
from stitcher.cli.main import entry
entry()
"""


def command(home: Path, cores: int, *arguments: str) -> None:
    """A command of a person with this home, on so many cores."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("STITCHER_", "XDG_"))}
    subprocess.run(
        [sys.executable, "-c", ON_CORES, str(cores), *arguments],
        env=ours | {"HOME": str(home)},
        check=True,
        capture_output=True,
    )


def sums(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.suffix == ".mp4"
    }


@pytest.mark.slow
def test_a_project_makes_the_same_films_elsewhere(footage: Footage, tmp_path: Path) -> None:
    from PIL import Image

    one, other = tmp_path / "one", tmp_path / "elsewhere" / "a copy"
    one.mkdir()
    (one / "film.yaml").write_text(BOARD)
    Image.linear_gradient("L").resize((1280, 720)).convert("RGB").save(one / "start.png")
    shutil.copy(footage.wav("music.wav", tone(1.5)), one / "music.wav")
    command(tmp_path / "home", 64, "generate", str(one / "film.yaml"), "--yes")
    shutil.copytree(one, other)
    command(tmp_path / "home", 64, "render", str(one / "film.yaml"))
    command(tmp_path / "another home", 1, "render", str(other / "film.yaml"))
    assert len(sums(one)) == 2
    assert sums(other) == sums(one)


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["master-copy", "draft"])
def test_how_many_pieces_are_made_at_once_changes_no_byte(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, preset: str
) -> None:
    for number in (1, 2, 3):
        shutil.copy(footage.clip(number, frames=49), tmp_path / f"{number}.mp4")
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nshots:\n"
        "  - {id: a, clip: 1.mp4}\n"
        "  - {id: b, clip: 2.mp4, transition: {kind: dissolve, duration: 6f}}\n"
        "  - {id: c, clip: 3.mp4, transition: {kind: dissolve, duration: 6f}}\n"
    )
    board = load(tmp_path / "b.yaml")
    made = []
    for cores in (1, 2, 4, 16):
        monkeypatch.setattr(encode_segments, "cores", lambda cores=cores: cores)
        out = tmp_path / f"{cores}.film.mp4"
        stitcher.render(
            board, out, preset=preset, options=stitcher.RenderOptions(cache=tmp_path / f"cache-{cores}")
        )
        made.append(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(set(made)) == 1


@pytest.mark.slow
def test_a_film_of_limited_bits_is_the_same_again(footage: Footage, tmp_path: Path) -> None:
    film = stitcher.assemble([footage.clip(1, frames=49)])
    made = set()
    for time in range(3):
        out = tmp_path / f"{time}.mp4"
        stitcher.render(
            film, out, preset="tiktok", options=stitcher.RenderOptions(cache=tmp_path / f"cache-{time}")
        )
        made.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(made) == 1
