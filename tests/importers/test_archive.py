"""Media of an `.otioz`, unpacked whole or not at all."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from stitcher.editor_import import archive
from stitcher.editor_import.archive import unpacked
from stitcher.errors import DiskFull, InputError, OutputError


def packed(folder: Path, **files: bytes) -> Path:
    path = folder / "cut.otioz"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in {"content.otio": b"{}", "version.txt": b"1.0.0", **files}.items():
            file.writestr(name, content)
    return path


def test_media_lie_in_a_folder_of_their_own_and_are_kept_the_second_time(tmp_path: Path) -> None:
    cut = packed(tmp_path, **{"media/a.mov": b"one", "media/b.wav": b"two"})
    folder = unpacked(cut, tmp_path)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"a.mov": b"one", "b.wav": b"two"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut-media", "cut.otioz"]
    assert unpacked(cut, tmp_path) == folder == tmp_path / "cut-media"


@pytest.mark.parametrize(
    "name",
    [
        "media/../../out.txt",
        "../out.txt",
        "/out.txt",
        "media/in/out.txt",
        "media\\..\\out.txt",
        "c:out.txt",
    ],
)
def test_names_that_lead_elsewhere_are_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    cut = packed(tmp_path, **{"media/a.mov": b"one", name: b"harmless"})
    with pytest.raises(InputError, match="could lie anywhere: nothing was unpacked"):
        unpacked(cut, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.otioz"]


def test_a_damaged_archive_leaves_nothing_behind(tmp_path: Path) -> None:
    cut = packed(tmp_path, **{"media/a.mov": b"a picture" * 99})
    cut.write_bytes(cut.read_bytes().replace(b"a picture", b"A picture"))
    with pytest.raises(InputError, match="whose media can be read"):
        unpacked(cut, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.otioz"]


def test_what_does_not_fit_on_the_disk_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "free_bytes", lambda path: 2)
    with pytest.raises(DiskFull):
        unpacked(packed(tmp_path, **{"media/a.mov": b"one"}), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["cut.otioz"]


def test_a_folder_with_other_files_stays(tmp_path: Path) -> None:
    (tmp_path / "cut-media").mkdir()
    (tmp_path / "cut-media/a.mov").write_bytes(b"something else")
    with pytest.raises(OutputError, match="move it away"):
        unpacked(packed(tmp_path, **{"media/a.mov": b"one"}), tmp_path)
    assert (tmp_path / "cut-media/a.mov").read_bytes() == b"something else"
