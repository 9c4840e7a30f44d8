"""Shots that are not made yet, and shots that were enlarged, as an editor gets them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import stitcher
from stitcher.errors import NotGenerated
from stitcher.exporters.folder import HandedOver
from stitcher.generation.upscale_run import upscale
from tests.editor_export.test_transcode import BARE, codes
from tests.footage import Footage

PROMPTS = """
stitcher: 1
format: {ratio: "320:180"}
defaults: {model: gen4_turbo, duration: 5}
shots:
  - {id: there, clip: CLIP}
  - {id: keeper, prompt: The keeper climbs the stairs}
  - {id: lamp, prompt: Close on the lamp, duration: 10, transition: {kind: dissolve, duration: 12f}}
"""
ENLARGED = """
stitcher: 1
upscale: {by: local, to: 192p}
shots:
  - {id: one, clip: CLIP}
"""


def written(where: Path, text: str, clip: Path) -> stitcher.Storyboard:
    path = where / "board.yaml"
    path.write_text(text.replace("CLIP", str(clip)), encoding="utf-8")
    return stitcher.load(path)


def shots(done: HandedOver) -> dict[str, dict[str, str]]:
    text = (done.folder / "shotlist.csv").read_text("utf-8-sig")
    return {row["shot"]: row for row in csv.DictReader(io.StringIO(text))}


@pytest.mark.slow
def test_a_shot_that_is_not_made_has_a_card_of_its_takes_length_under_its_takes_name(
    footage: Footage, tmp_path: Path
) -> None:
    board = written(tmp_path, PROMPTS, footage.clip(31, frames=24, size=(320, 180)))
    done = stitcher.export(board, "otio", tmp_path / "out", without=BARE)
    assert [(loss.where, loss.detail) for loss in done.losses if loss.kind == "placeholder"] == [
        ("keeper", ""),
        ("lamp", ""),
    ]
    cards = {name: stitcher.probe(done.folder / "media" / f"{name}.mp4").video for name in ("keeper", "lamp")}
    assert {name: (card.frames, card.shown_size) for name, card in cards.items()} == {
        "keeper": (121, (320, 180)),
        "lamp": (242, (320, 180)),
    }
    kept = {path: path.stat().st_ino for path in (done.folder / "media").iterdir()}
    stitcher.generate(board, provider="animatic", shots=["keeper"])
    again = stitcher.export(board, "otio", done.folder, without=BARE)
    assert [name for name in again.changed if name.startswith("media/")] == ["media/keeper.mp4"]
    assert [path.name for path, inode in kept.items() if path.stat().st_ino != inode] == ["keeper.mp4"]
    assert ("keeper", "animatic") in [
        (loss.where, loss.detail) for loss in again.losses if loss.kind == "placeholder"
    ]


def test_without_placeholders_shots_that_are_not_made_are_refused(footage: Footage, tmp_path: Path) -> None:
    board = written(tmp_path, PROMPTS, footage.clip(31, frames=24, size=(320, 180)))
    with pytest.raises(NotGenerated, match="'keeper', 'lamp' are not generated yet"):
        stitcher.export(board, "otio", tmp_path / "out", without=[*BARE, "placeholders"])
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "folder", "shown", "beside"),
    [("film", "originals", (320, 192), (160, 96)), ("original", "enlarged", (160, 96), (320, 192))],
)
def test_an_enlarged_shot_lies_there_in_both_sizes_with_the_same_frames(
    footage: Footage,
    tmp_path: Path,
    *,
    size: str,
    folder: str,
    shown: tuple[int, int],
    beside: tuple[int, int],
) -> None:
    board = written(tmp_path, ENLARGED, footage.clip(32, frames=12, size=(160, 96)))
    upscale(board)
    parts = [part for part in BARE if part != "other-size"]
    done = stitcher.export(board, "otio", tmp_path / "out", without=parts, size=size)  # type: ignore[arg-type]  # any of the choices, by name
    row = shots(done)["one"]
    assert row["other_size"].partition("/")[0] == folder
    cut, other = (stitcher.probe(done.folder / name) for name in (f"media/{row['file']}", row["other_size"]))
    assert (cut.video.shown_size, other.video.shown_size) == (shown, beside)
    assert codes(cut) == codes(other) == list(range(12))
    assert (done.handover.width, done.handover.height) == shown
    assert f"  {folder}/" in (done.folder / "README.txt").read_text("utf-8")
