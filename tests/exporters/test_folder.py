"""The hand-over folder: whole or absent, media under safe names, checksums, and what it refuses to replace."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import opentimelineio as otio
import pytest

from stitcher.delivery.editor_preset import find_editor, list_editors
from stitcher.errors import DiskFull, ExtraMissing, MediaMissing, OutputError, PresetError
from stitcher.exporters import folder as folder_module
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.losses import Loss
from stitcher.exporters.registry import find_exporter
from stitcher.timeline.model import Timeline
from tests.exporters.folders import contents, hand_over, small_film


@pytest.fixture
def film(tmp_path: Path) -> Timeline:
    return small_film(tmp_path)


def test_everything_is_there_and_has_its_checksum(film: Timeline, tmp_path: Path) -> None:
    done = hand_over(film, tmp_path / "out")
    files = contents(tmp_path / "out")
    assert done.files[0] == "timeline.otio"
    assert set(done.files) == set(files)
    assert {"media/R_B_1.mp4", "media/100.mp4", "media/score.wav", "README.txt", "shotlist.csv"} <= set(files)
    lines = files["MANIFEST.sha256"].decode().splitlines()
    sums = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    assert sums == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if name != "MANIFEST.sha256"
    }


@pytest.mark.parametrize("media", ["link", "copy"])
def test_media_are_linked_or_copied(film: Timeline, tmp_path: Path, media: str) -> None:
    hand_over(film, tmp_path / "out", media=media)
    original = film.items[0].source.path  # type: ignore[union-attr]  # each of this film is a clip
    assert os.path.samefile(original, tmp_path / "out" / "media" / "R_B_1.mp4") == (media == "link")


def test_every_file_a_timeline_names_is_in_the_folder(film: Timeline, tmp_path: Path) -> None:
    hand_over(film, tmp_path / "otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "otio" / "timeline.otio"))
    assert all(
        (tmp_path / "otio" / clip.media_reference.target_url).is_file() for clip in timeline.find_clips()
    )
    hand_over(film, tmp_path / "resolve", "resolve")
    other = otio.adapters.read_from_file(str(tmp_path / "resolve" / "timeline.otio"))
    assert all(Path(clip.media_reference.target_url).is_file() for clip in other.find_clips())


def test_an_archive_is_opened_from_another_folder_with_all_media(film: Timeline, tmp_path: Path) -> None:
    hand_over(film, tmp_path / "out")
    (tmp_path / "elsewhere").mkdir()
    timeline = otio.adapters.read_from_file(
        str(tmp_path / "out" / "timeline.otioz"), extract_to_directory=str(tmp_path / "elsewhere")
    )
    for clip in timeline.find_clips():
        path = tmp_path / "elsewhere" / clip.media_reference.target_url
        expected = clip.media_reference.metadata["stitcher"]["sha256"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == expected


def test_handing_over_again_changes_nothing_and_keeps_files(film: Timeline, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hand_over(film, out, media="copy")
    before, inodes = contents(out), {path.name: path.stat().st_ino for path in out.rglob("*")}
    hand_over(film, out, media="copy")
    assert contents(out) == before
    kept = {path.name for path in out.rglob("*") if inodes[path.name] == path.stat().st_ino}
    assert {"timeline.otio", "README.txt", "R_B_1.mp4"} <= kept


def test_what_changed_is_replaced_and_what_is_gone_is_gone(film: Timeline, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hand_over(film, out)
    hand_over(replace(film, items=film.items[:1], transitions=(), cues=()), out)
    assert sorted(path.name for path in (out / "media").iterdir()) == ["R_B_1.mp4"]


def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(film: Timeline, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hand_over(film, out)
    (out / "my project.prproj").write_bytes(b"days of work")
    before = contents(out)
    with pytest.raises(OutputError, match=r"files that are of no hand-over \(my project\.prproj\)"):
        hand_over(film, out)
    assert contents(out) == before


def test_a_file_in_its_place_is_refused(film: Timeline, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a film")
    with pytest.raises(OutputError, match="is no folder"):
        hand_over(film, tmp_path / "out")


def test_a_failure_leaves_what_was_there_and_nothing_else(film: Timeline, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hand_over(film, out)
    before = contents(out)
    film.items[0].source.path.unlink()  # type: ignore[union-attr]  # each of this film is a clip
    with pytest.raises(MediaMissing, match="R&B #1"):
        hand_over(film, out, media="link")
    assert contents(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["footage", "out"]


def test_room_for_copies_is_looked_for_first(
    film: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "free_bytes", lambda folder: 100)
    with pytest.raises(DiskFull, match="has 0 MB free"):
        hand_over(film, tmp_path / "out", media="copy")
    assert not (tmp_path / "out").exists()


def test_the_page_says_what_to_do_what_is_lost_and_that_it_was_never_tried(
    film: Timeline, tmp_path: Path
) -> None:
    hand_over(film, tmp_path / "out", "avid")
    page = (tmp_path / "out" / "README.txt").read_text()
    assert "This has never been opened in that program itself" in page
    assert "Picture 1280x720 at 24 frames a second." in page
    assert "in edl, gain: the sound is at the level it has in its file: score." in page


def test_every_editor_wants_formats_that_are_there_and_do_not_collide(film: Timeline, tmp_path: Path) -> None:
    for entry in list_editors():
        for name in (*entry.preset.timelines.value, *entry.preset.lists.value):
            assert find_exporter(name).name == name
        assert hand_over(film, tmp_path / entry.preset.name, entry.preset.name).files


def test_a_format_without_its_extra_is_left_out_and_told_of(
    film: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> Exporter:
        if name == "aaf":
            raise ExtraMissing("no pyaaf2", "aaf")
        return find_exporter(name)

    monkeypatch.setattr(folder_module, "find_exporter", find)
    done = hand_over(film, tmp_path / "out", "avid")
    assert done.files[0] == "timeline_V1.edl"
    assert "timeline.aaf" not in done.files
    assert Loss("not-installed", "aaf", "pip install 'stitcher-film[aaf]'") in done.losses
    assert "in aaf, not-installed: the format is not in the hand-over" in (
        (tmp_path / "out" / "README.txt").read_text(encoding="utf-8")
    )


def test_a_format_that_is_asked_for_by_name_is_not_left_out(
    film: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str) -> Exporter:
        raise ExtraMissing("no pyaaf2", "aaf")

    monkeypatch.setattr(folder_module, "find_exporter", find)
    with pytest.raises(ExtraMissing):
        hand_over(film, tmp_path / "out", "avid")
    assert not (tmp_path / "out").exists()


def test_an_unknown_editor_is_refused_with_the_nearest() -> None:
    with pytest.raises(PresetError, match=r"There is no editor named 'resolv'\. Did you mean resolve\?"):
        find_editor("resolv")
