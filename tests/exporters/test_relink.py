"""Hand-overs that were moved: their timelines name media where they are, and say everything else as before."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest

import stitcher
from stitcher.delivery.editor_preset import editor_names
from stitcher.errors import InputError
from stitcher.exporters.manifest import MANIFEST, read_manifest
from stitcher.exporters.media_paths import path_reader
from stitcher.exporters.relink import relink_folder
from stitcher.timeline.model import Timeline
from tests.exporters.folders import contents, hand_over, small_film

EDITORS = editor_names()


@pytest.fixture
def film(tmp_path: Path) -> Timeline:
    return small_film(tmp_path)


def moved(film: Timeline, tmp_path: Path, editor: str) -> tuple[Path, dict[str, bytes]]:
    """A hand-over that lies elsewhere now, and what a hand-over made there would hold."""
    first, second = tmp_path / "first & 1%", tmp_path / "R\u00e9el" / "#2 <new>"
    hand_over(film, first, editor)
    second.parent.mkdir()
    hand_over(film, second, editor)
    wanted = contents(second)
    shutil.rmtree(second)
    shutil.move(first, second)
    return second, wanted


@pytest.mark.parametrize("editor", EDITORS)
def test_a_moved_hand_over_is_as_one_that_was_made_there(
    film: Timeline,
    tmp_path: Path,
    editor: str,
) -> None:
    folder, wanted = moved(film, tmp_path, editor)
    done = relink_folder(folder)
    found = contents(folder)
    # A binary timeline stays as it was, and the manifest's line of it.
    apart = {*done.left, *([MANIFEST] if done.left else [])}
    assert {name: content for name, content in found.items() if name not in apart} == {
        name: content for name, content in wanted.items() if name not in apart
    }
    assert done.missing == ()
    assert read_manifest(folder) == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items() if name != MANIFEST
    }


def test_a_timeline_that_cannot_be_written_anew_is_named(film: Timeline, tmp_path: Path) -> None:
    folder, _ = moved(film, tmp_path, "avid")
    assert relink_folder(folder).left == ("timeline.aaf",)


@pytest.mark.parametrize("editor", ["otio", "resolve", "premiere"], ids=["relative", "absolute", "URLs"])
def test_a_second_time_changes_nothing(film: Timeline, tmp_path: Path, editor: str) -> None:
    folder, _ = moved(film, tmp_path, editor)
    relink_folder(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert relink_folder(folder).changed == ()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_media_that_are_not_there_are_named_and_the_rest_is_relinked(
    film: Timeline,
    tmp_path: Path,
) -> None:
    folder, _ = moved(film, tmp_path, "resolve")
    (folder / "media" / "100.mp4").unlink()
    done = stitcher.relink(folder)
    assert done.missing == ("media/100.mp4",)
    assert set(done.changed) == {"timeline.otio", "timeline.xml"}
    timeline = otio.adapters.read_from_file(str(folder / "timeline.otio"))
    urls = {clip.media_reference.target_url for clip in timeline.find_clips()}
    assert urls == {(folder / "media" / name).as_posix() for name in ("R_B_1.mp4", "100.mp4", "score.wav")}


def test_a_relinked_hand_over_can_be_replaced(film: Timeline, tmp_path: Path) -> None:
    folder, wanted = moved(film, tmp_path, "premiere")
    relink_folder(folder)
    assert hand_over(film, folder, "premiere").changed == ()
    assert contents(folder) == wanted


def test_a_folder_that_is_no_hand_over_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is no hand-over: there is no MANIFEST\.sha256 in it"):
        relink_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "a.otio",
            '{"name": "\\"target_url\\": \\"/x\\"", "target_url" : "/a\\"b/\\u00e4.mp4"}',
            ['/a"b/ä.mp4'],
        ),
        (
            "a.xml",
            "<name>&lt;pathurl&gt;</name><pathurl>file://localhost/a%20&amp;.mp4</pathurl>",
            ["file://localhost/a%20&.mp4"],
        ),
        (
            "a.fcpxml",
            '<asset id="1" src="file:///a.mov"/><media-rep kind="x" src="file:///b.mov" />',
            ["file:///a.mov", "file:///b.mov"],
        ),
        (
            "a.kdenlive",
            '<property name="resource">0.5:/a.mp4</property><property name="warp_resource">/b.mp4</property>',
            ["/a.mp4", "/b.mp4"],
        ),
        ("a.rpp", '  <SOURCE WAVE\n    FILE "C:\\media\\a.wav"\n', ["C:\\media\\a.wav"]),
    ],
)
def test_addresses_are_found_where_they_stand_and_nowhere_else(name: str, text: str, said: list[str]) -> None:
    reader = path_reader(name)
    assert reader is not None
    assert [address.text for address in reader.addresses(text)] == said
    assert reader.replaced(text, lambda old: old) == text
    other = reader.replaced(text, lambda old: f'{old}<&"')
    assert [address.text for address in reader.addresses(other)] == [
        f'{old}<&"' if name != "a.rpp" else f"{old}<&" for old in said
    ]
    if name.endswith("xml"):
        ET.fromstring(f"<all>{other}</all>")


def test_a_path_of_windows_is_known_by_the_end_of_it(film: Timeline, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    hand_over(film, folder, "resolve")
    text = (folder / "timeline.otio").read_text("utf-8")
    away = text.replace(f"{folder.as_posix()}/media/", "D:/cut/media/".replace("/", "\\\\"))
    (folder / "timeline.otio").write_text(away, "utf-8")
    assert relink_folder(folder).missing == ()
    assert (folder / "timeline.otio").read_text("utf-8") == text
