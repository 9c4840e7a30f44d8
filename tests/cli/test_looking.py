"""Commands that only look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher.version import __version__
from tests.cli.conftest import Run
from tests.footage import Footage, read_code


def test_probe_tells_clips_and_sounds(run: Run, chain: list[Path], score: Path) -> None:
    ended = run("probe", chain[0], score, "--json")
    clip, sound = ended.document["files"]
    assert (clip["video"]["frames"], clip["video"]["rate"]) == (25, "24")
    assert (sound["video"], sound["audio"][0]["sample_rate"]) == (None, 48000)


def test_probe_tells_the_good_files_and_ends_with_the_code_of_the_bad(
    run: Run, here: Path, chain: list[Path]
) -> None:
    ended = run("probe", "missing.mp4", chain[0])
    assert ended.code == 66
    assert "25 frames" in ended.out
    assert "missing.mp4" in ended.err


def test_last_frame_is_the_last_one(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("last-frame", chain[1], "-o", "last.png", "--json")
    assert ended.document["frame"] == 24
    with Image.open(here / "last.png") as image:
        assert read_code(np.asarray(image.convert("L"))) == (71, 24)


def test_last_frame_says_what_was_done_to_the_picture(run: Run, here: Path, footage: Footage) -> None:
    pq = ("tv", "bt2020", "smpte2084", "bt2020nc")
    bright = footage.clip(3, frames=2, colour=pq, pix_fmt="yuv420p10le")
    ended = run("last-frame", bright, "-o", "last.png", "--json")
    assert "is HDR; the picture is tone-mapped to SDR" in ended.document["notes"][0]
    assert ended.err.count("Note: ") == 1
    assert run("last-frame", footage.clip(3, frames=2), "-o", "last.png", "--json").document["notes"] == []


def test_last_frame_refuses_to_write_anything_but_a_png(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("last-frame", chain[1], "-o", "last.jpg")
    assert ended.code == 73
    assert "last.png" in ended.err


def test_presets_lists_them(run: Run, here: Path) -> None:
    names = [preset["name"] for preset in run("presets", "--json").document["presets"]]
    assert {"master-copy", "draft", "youtube-1080p"} <= set(names)
    assert "youtube-1080p" in run("presets").out


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("seq-exr", "exr sequence"),
        ("seq-png16", "16-bit png sequence"),
        ("poster", "jpeg still"),
        ("preview-gif", "gif"),
        ("hls", "h264"),
        ("master-copy", "source"),
    ],
)
def test_presets_say_what_comes_out(run: Run, here: Path, name: str, pictures: str) -> None:
    listed = {preset["name"]: preset["codec"] for preset in run("presets", "--json").document["presets"]}
    assert listed[name] == pictures


def test_presets_show_names_the_source_of_numbers(run: Run, here: Path) -> None:
    ended = run("presets", "show", "youtube-1080p")
    assert "picture.codec" in ended.out
    assert "https://support.google.com/" in ended.out
    assert run("presets", "show", "youtube-1080p", "--json").document["preset"]["name"] == "youtube-1080p"


def test_a_preset_of_the_project_overrides(run: Run, here: Path) -> None:
    listed = {preset["name"]: preset for preset in run("presets", "--json").document["presets"]}
    own = here / "presets" / "delivery" / "draft.toml"
    own.parent.mkdir(parents=True)
    own.write_bytes(Path(listed["draft"]["path"]).read_bytes())
    shown = run("presets", "show", "draft", "--json").document
    assert (shown["origin"], shown["overrides"]) == ("project", [listed["draft"]["path"]])


def test_schema_prints_the_storyboards_schema(run: Run, here: Path) -> None:
    assert run("schema").document == stitcher.schema()
    assert run("schema", "-o", "s.json").code == 0
    assert json.loads((here / "s.json").read_text()) == stitcher.schema()


def test_doctor_tells_what_it_found(run: Run) -> None:
    document = run("doctor", "--json").document
    assert document["ffmpeg"]["encoders"]["libx264"]
    assert "fade" in document["ffmpeg"]["transitions"]
    assert document["packages"]["av"]
    assert document["cache"]["free_bytes"] > 0


def test_doctor_ends_with_69_without_an_ffmpeg(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_FFMPEG", "/no/such/ffmpeg")
    ended = run("doctor")
    assert ended.code == 69
    assert "/no/such/ffmpeg" in ended.out


def test_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"stitcher {__version__}\n"


def test_help_documents_the_exit_codes(run: Run) -> None:
    ended = run("--help")
    assert ended.code == 0
    assert "130 stopped by Ctrl-C" in " ".join(ended.out.split())


def test_no_arguments_print_the_help(run: Run) -> None:
    assert "\nTakes:\n" in run().out


def test_a_reader_that_leaves_is_no_error() -> None:
    command = [sys.executable, "-c", "from stitcher.cli.main import entry; entry()", "schema"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        # Before anything is written: what a pipe holds would let a quick writer end well.
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
