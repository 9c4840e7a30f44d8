"""The storyboard as an adapter of OpenTimelineIO, by its name."""

from __future__ import annotations

from pathlib import Path

import opentimelineio as otio
import pytest

import stitcher
from stitcher.editor_import import otio_adapter
from stitcher.errors import OutputError
from tests.footage import Footage

BOARD = """
stitcher: 1
title: A film
shots:
  - {id: one, clip: CLIP0}
  - {id: two, clip: CLIP1, in: 2f, transition: {kind: fadeblack, duration: 6f}}
"""


@pytest.fixture
def board(footage: Footage, tmp_path: Path) -> Path:
    path = tmp_path / "film.yaml"
    text = BOARD
    for number, clip in enumerate(footage.chain(2, first_id=70, frames=25)):
        text = text.replace(f"CLIP{number}", str(clip))
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    # A checkout that was installed before has no entry point yet: the manifest is what it would give.
    manifest = otio.plugins.manifest.load_manifest()
    if "stitcher" not in {adapter.name for adapter in manifest.adapters}:
        manifest.extend(otio_adapter.plugin_manifest())
    monkeypatch.setattr(otio.plugins.manifest, "_MANIFEST", manifest)


def test_a_storyboard_is_read_and_written_by_name(board: Path, tmp_path: Path) -> None:
    timeline = otio.adapters.read_from_file(str(board), adapter_name="stitcher")
    assert [clip.name for clip in timeline.find_clips()] == ["one", "two"]
    otio.adapters.write_to_file(timeline, str(tmp_path / "film.otio"))
    again = otio.adapters.read_from_file(str(tmp_path / "film.otio"))
    assert again.metadata["stitcher"] == timeline.metadata["stitcher"]
    otio.adapters.write_to_file(again, str(tmp_path / "again.yaml"), adapter_name="stitcher")
    films = [stitcher.lay_out(stitcher.load(path)) for path in (board, tmp_path / "again.yaml")]
    assert films[0].items == films[1].items
    assert films[0].transitions == films[1].transitions
    assert (films[0].title, films[0].rate) == (films[1].title, films[1].rate)


def test_a_storyboard_that_is_there_is_replaced_only_when_told(board: Path) -> None:
    timeline = otio.adapters.read_from_file(str(board), adapter_name="stitcher")
    with pytest.raises(OutputError, match="is there already"):
        otio.adapters.write_to_file(timeline, str(board), adapter_name="stitcher")
    otio.adapters.write_to_file(timeline, str(board), adapter_name="stitcher", overwrite=True)
    assert stitcher.load(board).shot("two").transition is not None


def test_it_takes_no_suffix_from_others() -> None:
    # Kept in a variable: its parts are gone with it.
    manifest = otio_adapter.plugin_manifest()
    assert [(adapter.name, list(adapter.suffixes)) for adapter in manifest.adapters] == [("stitcher", [])]
