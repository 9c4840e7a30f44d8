from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stitcher.errors import DiskFull, FfmpegFailed, InputError, Interrupted
from stitcher.media import ffmpeg_process, watchdog
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import feed, run
from tests.media.processes import ENDLESS, SOURCE, becomes, is_alive, needs_proc


def test_a_run_returns_what_ffmpeg_said_and_counts_frames(tmp_path: Path) -> None:
    counts: list[int] = []
    out = tmp_path / "x.mkv"
    said = run([*SOURCE, "-c:v", "ffv1", file_url(out)], on_frames=counts.append)
    assert "ffv1" in said
    assert counts[-1] == 24
    assert counts == sorted(set(counts))
    assert out.stat().st_size


def test_an_existing_output_is_replaced_without_asking(tmp_path: Path) -> None:
    out = tmp_path / "x.mkv"
    out.write_bytes(b"old")
    run([*SOURCE, "-c:v", "ffv1", file_url(out)])
    assert out.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"


def test_a_failure_tells_command_code_and_reason(tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="No such file") as caught:
        run(["-i", file_url(tmp_path / "not there.mp4"), "-f", "null", "-"])
    assert caught.value.code
    assert caught.value.argv[-1] == "-"
    assert "not there.mp4" in str(caught.value)


def test_a_full_disk_is_told_apart(stand_in: Callable[[str], None]) -> None:
    stand_in("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1")
    with pytest.raises(DiskFull, match="make room"):
        run(["x"])


def test_very_much_stderr_neither_blocks_nor_fills_memory(stand_in: Callable[[str], None]) -> None:
    stand_in("yes 'a line of many' | head -c 3000000 >&2; echo the end >&2")
    said = run(["x"])
    assert len(said) == 1 << 20
    assert said.endswith("the end\n")


def test_standard_input_is_closed(stand_in: Callable[[str], None]) -> None:
    stand_in("cat; exit 3")
    with pytest.raises(FfmpegFailed) as caught:
        run(["x"])
    assert caught.value.code == 3


def test_a_child_gets_no_keys_and_no_proxies(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("MY_TOKEN", "secret")
    monkeypatch.setenv("LC_ALL", "C")
    stand_in("env >&2")
    said = run(["x"])
    assert "secret" not in said
    assert "proxy" not in said
    assert "LC_ALL=C" in said
    assert "PATH=" in said


def test_nothing_is_started_once_cancelled() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Interrupted):
        run(["-version"], cancel=cancel)
    with pytest.raises(Interrupted):
        feed(["-version"], [], cancel=cancel)


def test_cancelling_ends_the_process_quickly() -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        run(ENDLESS, cancel=cancel)
    assert time.monotonic() - began < 5


def test_it_is_told_to_end_only_once(stand_in: Callable[[str], None], tmp_path: Path) -> None:
    told = tmp_path / "told"
    stand_in(
        f"trap 'echo term >> {told}; sleep 0.3; exit 255' TERM; echo frame=1; while :; do sleep 0.05; done"
    )
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        run(["x"], cancel=cancel, on_frames=lambda _: cancel.set())
    assert told.read_text() == "term\n"


def test_what_ignores_the_signal_is_killed_with_its_children(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ffmpeg_process, "_GRACE_S", 0.3)
    pids = tmp_path / "pids"
    stand_in(f"trap '' TERM; sleep 60 & echo $$ $! > {pids}; echo frame=1; while :; do sleep 0.05; done")
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        run(["x"], cancel=cancel, on_frames=lambda _: cancel.set())
    assert becomes(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


def test_standing_still_is_noticed(stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg_process, "_GRACE_S", 0.3)
    stand_in("echo frame=3; exec sleep 60")
    began = time.monotonic()
    with pytest.raises(FfmpegFailed, match="no progress"):
        run(["x"], stall_s=1)
    assert time.monotonic() - began < 5


@needs_proc
def test_a_stopped_ffmpeg_is_noticed_and_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg_process, "_GRACE_S", 0.3)
    pids: list[int] = []
    monkeypatch.setattr(watchdog, "watch", pids.append)

    def stop(_: int) -> None:
        os.kill(pids[0], signal.SIGSTOP)

    with pytest.raises(FfmpegFailed, match="no progress"):
        run(ENDLESS, on_frames=stop, stall_s=0.6)
    assert becomes(lambda: not is_alive(pids[0]))


@needs_proc
def test_work_without_output_is_not_standing_still(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg_process, "_BUSY_FACTOR", 1000)
    stand_in("n=0; while [ $n -lt 900000 ]; do n=$((n + 1)); done; exit 0")
    run(["x"], stall_s=1)


@needs_proc
def test_work_without_output_does_not_go_on_for_ever(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg_process, "_BUSY_FACTOR", 3)
    stand_in("while :; do :; done")
    with pytest.raises(FfmpegFailed, match="no progress"):
        run(["x"], stall_s=0.3)


def test_an_error_of_the_listener_ends_the_process() -> None:
    def broken(_: int) -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        run(ENDLESS, on_frames=broken)


def test_several_threads_run_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            run([*SOURCE, "-c:v", "ffv1", file_url(tmp_path / f"{number}.mkv")])
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(list(tmp_path.glob("*.mkv"))) == 4


RAW = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "16x16", "-i", "pipe:0"]


def test_what_is_fed_is_taken_in_while_the_progress_is_followed(tmp_path: Path) -> None:
    counted: list[int] = []
    out = tmp_path / "out.raw"
    pictures = [bytes([number]) * 256 for number in range(40)]
    run([*RAW, "-f", "rawvideo", str(out)], fed=iter(pictures), on_frames=counted.append)
    assert out.read_bytes() == b"".join(pictures)
    assert counted[-1] == 40


def test_ffmpeg_may_leave_some_of_what_it_is_fed(tmp_path: Path) -> None:
    out = tmp_path / "out.raw"
    pictures = (bytes(256) for _ in range(100_000))
    run([*RAW, "-frames:v", "3", "-f", "rawvideo", str(out)], fed=pictures)
    assert out.stat().st_size == 3 * 256


def test_an_error_of_what_is_fed_ends_the_process_and_is_raised(tmp_path: Path) -> None:
    def pictures() -> Iterator[bytes]:
        yield bytes(256)
        raise InputError("There is no second picture.")

    with pytest.raises(InputError, match="no second picture"):
        run([*RAW, "-f", "rawvideo", str(tmp_path / "out.raw")], fed=pictures())


def test_an_error_of_the_listener_ends_a_process_that_is_being_fed(tmp_path: Path) -> None:
    def listen(_: int) -> None:
        raise InputError("No more of this.")

    endless = (bytes(256) for _ in itertools.count())
    with pytest.raises(InputError, match="No more"):
        run([*RAW, "-f", "null", "-"], fed=endless, on_frames=listen)
