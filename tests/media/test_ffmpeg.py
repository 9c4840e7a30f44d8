from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stitcher.errors import FfmpegMissing
from stitcher.media import ffmpeg
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from tests.media.processes import SOURCE


def test_the_bundled_program_is_found_and_named() -> None:
    found = ffmpeg.find()
    assert found.path.is_absolute()
    assert found.version
    assert ffmpeg.find() is found


def test_its_encoders_filters_and_transitions_are_listed() -> None:
    found = ffmpeg.find()
    assert {"libx264", "aac", "prores_ks"} <= found.encoders()
    assert {"xfade", "overlay", "ebur128", "anullsrc"} <= found.filters()
    assert {"fade", "wipeleft", "dissolve", "hblur"} <= found.xfade_kinds()
    assert "custom" not in found.xfade_kinds()


def test_a_program_in_its_place_is_asked_every_time(tmp_path: Path) -> None:
    # A launcher stays what it is when what it launches becomes another.
    program = tmp_path / "ffmpeg"
    environment = os.environ | {"STITCHER_FFMPEG": str(program), "STITCHER_CACHE": str(tmp_path / "cache")}

    def version(said: str) -> str:
        program.write_text(f'#!/bin/sh\necho "ffmpeg version {said} of nobody"\n')
        program.chmod(0o755)
        os.utime(program, ns=(10**18, 10**18))
        code = "from stitcher.media import ffmpeg; print(ffmpeg.find().version)"
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert [version("8.1"), version("9.0")] == ["8.1", "9.0"]


@pytest.mark.parametrize("named", ["/nowhere/ffmpeg", "no-such-program-at-all"], ids=["path", "name"])
def test_a_program_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("STITCHER_FFMPEG", named)
    with pytest.raises(FfmpegMissing, match=named):
        ffmpeg.find()


def test_a_program_that_is_not_ffmpeg_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_FFMPEG", "/bin/echo")
    with pytest.raises(FfmpegMissing, match="does not answer"):
        ffmpeg.find()


@pytest.mark.parametrize(
    "name",
    [
        "-i.mp4",
        "a b.mp4",
        "it's.mp4",
        "50%.mp4",
        "a:b.mp4",
        "http:x.mp4",
        "new\nline.mp4",
        "é漢.mp4",
        "%03d.mkv",
    ],
)
def test_any_file_name_is_written_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    monkeypatch.chdir(folder)
    url = file_url(name)
    assert url == f"file:{folder / name}"
    run([*SOURCE, "-c:v", "ffv1", "-f", "matroska", url])
    assert [path.name for path in folder.iterdir()] == [name]
