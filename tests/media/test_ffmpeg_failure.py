"""What is told of an ffmpeg that ended badly."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from stitcher.errors import FfmpegFailed
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_failure import own_reason, without_levels
from stitcher.media.ffmpeg_process import feed, run
from stitcher.media.probe_cache import cache_folder

SOURCE = ("-f", "lavfi", "-i", "testsrc2=s=64x36:r=24:d=1")
CLOCKS = "[0]settb=1/24[a];[1]settb=1/12288[b];[a][b]xfade=duration=0.2:offset=0.5[v]"

FAILING = [
    pytest.param([*SOURCE, *SOURCE, "-filter_complex", CLOCKS, "-map", "[v]", "-f", "null", "-"],
        ("xfade: First input link main timebase (1/24) do not match", "(1/12288)"), id="graph"),
    pytest.param([*SOURCE, "-c:v", "no-such-codec", "-f", "null", "-"],
        ("Unknown encoder 'no-such-codec'",), id="encoder"),
    pytest.param([*SOURCE, "-c:v", "libx265", "-x265-params", "sar=255", "-f", "null", "-"],
        ("x265: Sample Aspect Ratio width must be greater than 0",), id="encoder's own words"),
    pytest.param([*SOURCE, "-c:v", "libx264", "-profile:v", "none-such", "-f", "null", "-"],
        ("x264: invalid profile: none-such",), id="encoder's profile"),
    pytest.param(["-i", "file:/nowhere/at all.mp4", "-f", "null", "-"],
        ("/nowhere/at all.mp4", "No such file"), id="input"),
    pytest.param([*SOURCE, "-c:v", "mjpeg", "file:/nowhere/out.mkv"],
        ("/nowhere/out.mkv", "No such file"), id="output"),
]  # fmt: skip


@pytest.fixture(params=["bundled", "system"])
def program(request: pytest.FixtureRequest) -> None:
    if request.param == "system":
        request.getfixturevalue("system_ffmpeg")


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(("arguments", "reasons"), FAILING)
def test_one_paragraph_gives_ffmpegs_own_reason(arguments: list[str], reasons: tuple[str, ...]) -> None:
    with pytest.raises(FfmpegFailed) as caught:
        run(arguments)
    told = str(caught.value)
    for reason in reasons:
        assert reason in told
        assert reason in caught.value.reason
    assert len(told) < 700
    for not_told in ("\n", " @ 0x", "[error]", "Task finished", "Conversion failed", "-progress"):
        assert not_told not in told


def test_the_log_has_the_command_the_versions_and_everything_said() -> None:
    with pytest.raises(FfmpegFailed) as caught:
        run([*SOURCE, "-c:v", "libx264", "-profile:v", "none-such", "-f", "null", "-"])
    error = caught.value
    assert error.log is not None
    assert str(error.log) in str(error)
    text = error.log.read_text()
    for told in ("stitcher 0", "Python 3", "\nav ", f"ffmpeg {find().version}", "-profile:v none-such",
                 "exit code", "Stream mapping", "Possible profiles", "Conversion failed"):  # fmt: skip
        assert told in text


def test_what_was_fed_fails_in_the_same_words() -> None:
    arguments = ["-f", "rawvideo", "-s", "64x36", "-i", "pipe:0", "-c:v", "no-such-codec", "-f", "null", "-"]
    with pytest.raises(FfmpegFailed, match="Unknown encoder 'no-such-codec'") as caught:
        feed(arguments, [bytes(64 * 36 * 3 // 2)] * 9)
    assert caught.value.log is not None
    assert "no-such-codec" in caught.value.log.read_text()


def test_few_logs_are_kept_the_newest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from stitcher.media.logs import write_log

    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))
    written = [write_log([f"number {number}"]) for number in range(25)]
    kept = sorted((cache_folder() / "logs").iterdir())
    assert len(kept) == 20
    assert {path for path in written[-20:] if path is not None} == set(kept)


def test_a_failure_is_told_where_no_log_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "file"))
    with pytest.raises(FfmpegFailed, match="Unknown encoder") as caught:
        run([*SOURCE, "-c:v", "no-such-codec", "-f", "null", "-"])
    assert caught.value.log is None


def test_a_log_of_ffmpeg_keeps_no_key(stand_in: Callable[[str], None]) -> None:
    stand_in("echo 'at https://x.test/a?_jwt=abcdef123456' >&2; exit 3")
    with pytest.raises(FfmpegFailed) as caught:
        run(["x", "-metadata", "comment=key_0123456789abcdef"])
    assert caught.value.log is not None
    text = caught.value.log.read_text()
    assert "_jwt=" in text
    assert "abcdef123456" not in text
    assert "key_0123456789abcdef" not in text


def test_a_trial_that_fails_leaves_no_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))
    with pytest.raises(FfmpegFailed) as caught:
        run([*SOURCE, "-c:v", "no-such-codec", "-f", "null", "-"], trial=True)
    assert caught.value.log is None
    assert not (tmp_path / "cache" / "logs").exists()


def test_the_reason_and_the_log_cross_processes() -> None:
    error = FfmpegFailed(["ffmpeg"], 1, "tail", "ended", "why", Path("/x.log"))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", ""),
        ("[info] Stream mapping:\n", ""),
        ("it just broke\n", "it just broke"),
        ("[warning] odd\n[error] bad\n[error] bad\n[fatal] Conversion failed!\n", "bad"),
        ("[warning] odd\n[info] fine\n", "odd"),
        ("[error] Conversion failed!\n", "Conversion failed"),
        ("[h264 @ 0x1] [error] 1\n[h264 @ 0x1] [error] 2\n[h264 @ 0x1] [error] 3\n[fatal] 4\n", "h264: 1; h264: 2; 4"),
        ("[out#0/mp4 @ 0x1] [error] no room\n", "no room"),
        ("[vost#0:0/x @ 0x1] [enc:libx264 @ 0x2] [error] no room\n", "libx264: no room"),
    ],
)  # fmt: skip
def test_the_reason_is_what_came_first_and_is_no_wake_of_it(said: str, reason: str) -> None:
    assert own_reason(said) == reason


def test_levels_are_taken_out_of_what_ffmpeg_said() -> None:
    said = "[Parsed_ebur128_0 @ 0x1] [info] Summary:\n\n  I: -23\n[info] a\n[a @ 0x2] [b @ 0x3] [error] b\n"
    assert without_levels(said) == "[Parsed_ebur128_0 @ 0x1] Summary:\n\n  I: -23\na\n[a @ 0x2] [b @ 0x3] b\n"
