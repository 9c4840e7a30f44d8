from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stitcher.errors import DiskFull, FfmpegFailed, FfmpegMissing, Interrupted
from stitcher.media import ffmpeg, watchdog

SOURCE = ("-f", "lavfi", "-i", "color=s=64x36:r=24:d=1")
ENDLESS = ("-re", "-f", "lavfi", "-i", "color=s=64x36:r=24", "-f", "null", "-")
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def becomes(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


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


def test_a_run_returns_what_ffmpeg_said_and_counts_frames(tmp_path: Path) -> None:
    counts: list[int] = []
    out = tmp_path / "x.mkv"
    said = ffmpeg.run([*SOURCE, "-c:v", "ffv1", ffmpeg.file_url(out)], on_frames=counts.append)
    assert "ffv1" in said
    assert counts[-1] == 24
    assert counts == sorted(set(counts))
    assert out.stat().st_size


def test_an_existing_output_is_replaced_without_asking(tmp_path: Path) -> None:
    out = tmp_path / "x.mkv"
    out.write_bytes(b"old")
    ffmpeg.run([*SOURCE, "-c:v", "ffv1", ffmpeg.file_url(out)])
    assert out.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"


def test_a_failure_tells_command_code_and_reason(tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="No such file") as caught:
        ffmpeg.run(["-i", ffmpeg.file_url(tmp_path / "not there.mp4"), "-f", "null", "-"])
    assert caught.value.code
    assert caught.value.argv[-1] == "-"
    assert "not there.mp4" in str(caught.value)


def test_a_full_disk_is_told_apart(stand_in: Callable[[str], None]) -> None:
    stand_in("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1")
    with pytest.raises(DiskFull, match="make room"):
        ffmpeg.run(["x"])


def test_very_much_stderr_neither_blocks_nor_fills_memory(stand_in: Callable[[str], None]) -> None:
    stand_in("yes 'a line of many' | head -c 3000000 >&2; echo the end >&2")
    said = ffmpeg.run(["x"])
    assert len(said) == 1 << 20
    assert said.endswith("the end\n")


def test_standard_input_is_closed(stand_in: Callable[[str], None]) -> None:
    stand_in("cat; exit 3")
    with pytest.raises(FfmpegFailed) as caught:
        ffmpeg.run(["x"])
    assert caught.value.code == 3


def test_a_child_gets_no_keys_and_no_proxies(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", "key_secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    monkeypatch.setenv("MY_TOKEN", "secret")
    monkeypatch.setenv("LC_ALL", "C")
    stand_in("env >&2")
    said = ffmpeg.run(["x"])
    assert "secret" not in said
    assert "proxy" not in said
    assert "LC_ALL=C" in said
    assert "PATH=" in said


def test_cancelling_ends_the_process_quickly() -> None:
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    began = time.monotonic()
    with pytest.raises(Interrupted):
        ffmpeg.run(ENDLESS, cancel=cancel)
    assert time.monotonic() - began < 5


def test_it_is_told_to_end_only_once(stand_in: Callable[[str], None], tmp_path: Path) -> None:
    told = tmp_path / "told"
    stand_in(
        f"trap 'echo term >> {told}; sleep 0.3; exit 255' TERM; echo frame=1; while :; do sleep 0.05; done"
    )
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        ffmpeg.run(["x"], cancel=cancel, on_frames=lambda _: cancel.set())
    assert told.read_text() == "term\n"


def test_what_ignores_the_signal_is_killed_with_its_children(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ffmpeg, "_GRACE_S", 0.3)
    pids = tmp_path / "pids"
    stand_in(f"trap '' TERM; sleep 60 & echo $$ $! > {pids}; echo frame=1; while :; do sleep 0.05; done")
    cancel = threading.Event()
    with pytest.raises(Interrupted):
        ffmpeg.run(["x"], cancel=cancel, on_frames=lambda _: cancel.set())
    assert all(becomes(lambda pid=pid: not is_alive(int(pid))) for pid in pids.read_text().split())


def test_standing_still_is_noticed(stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "_GRACE_S", 0.3)
    stand_in("echo frame=3; exec sleep 60")
    began = time.monotonic()
    with pytest.raises(FfmpegFailed, match="no progress"):
        ffmpeg.run(["x"], stall_s=1)
    assert time.monotonic() - began < 5


@needs_proc
def test_a_stopped_ffmpeg_is_noticed_and_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "_GRACE_S", 0.3)
    pids: list[int] = []
    monkeypatch.setattr(watchdog, "watch", pids.append)

    def stop(_: int) -> None:
        os.kill(pids[0], signal.SIGSTOP)

    with pytest.raises(FfmpegFailed, match="no progress"):
        ffmpeg.run(ENDLESS, on_frames=stop, stall_s=0.6)
    assert becomes(lambda: not is_alive(pids[0]))


@needs_proc
def test_work_without_output_is_not_standing_still(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "_BUSY_FACTOR", 1000)
    stand_in("n=0; while [ $n -lt 900000 ]; do n=$((n + 1)); done; exit 0")
    ffmpeg.run(["x"], stall_s=1)


@needs_proc
def test_work_without_output_does_not_go_on_for_ever(
    stand_in: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "_BUSY_FACTOR", 3)
    stand_in("while :; do :; done")
    with pytest.raises(FfmpegFailed, match="no progress"):
        ffmpeg.run(["x"], stall_s=0.3)


def test_an_error_of_the_listener_ends_the_process() -> None:
    def broken(_: int) -> None:
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        ffmpeg.run(ENDLESS, on_frames=broken)


def test_several_threads_run_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            ffmpeg.run([*SOURCE, "-c:v", "ffv1", ffmpeg.file_url(tmp_path / f"{number}.mkv")])
        except BaseException as exc:
            failures.append(exc)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(list(tmp_path.glob("*.mkv"))) == 4


_PARENT = """
import os, sys
from stitcher.media import ffmpeg, watchdog
seen = orphans.watch
def watch(pid):
    seen(pid)
    print(pid, flush=True)
orphans.watch = watch
if sys.argv[1] == "fork":
    if os.fork():
        os.wait()
ffmpeg.run(sys.argv[2:])
"""


@needs_proc
@pytest.mark.parametrize("how", ["plain", "fork"])
def test_a_killed_parent_takes_ffmpeg_with_it(how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, how, *ENDLESS],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.killpg(parent.pid, signal.SIGKILL)
    assert becomes(lambda: not is_alive(pid))


@needs_proc
def test_a_watcher_that_was_ended_is_replaced() -> None:
    ffmpeg.run([*SOURCE, "-f", "null", "-"])
    first = watchdog._watcher
    assert first is not None
    first.kill()
    assert becomes(lambda: not is_alive(first.pid))
    for _ in range(2):
        ffmpeg.run([*SOURCE, "-f", "null", "-"])
    assert watchdog._watcher is not None
    assert watchdog._watcher.poll() is None
    assert watchdog._watcher.pid != first.pid


@needs_proc
def test_a_sweep_ends_only_what_lost_its_stitcher() -> None:
    mark = watchdog.owner_mark()
    lost_mark = f"{mark.split()[0]} {mark.split()[1]} 1"

    def sleeper(owner: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["sleep", "60"],
            env={"PATH": os.environ["PATH"], watchdog.OWNER_VARIABLE: owner},
            start_new_session=True,
        )

    lost, kept, foreign = sleeper(lost_mark), sleeper(mark), sleeper("pid:[1] 999999 1")
    try:
        assert becomes(lambda: watchdog.sweep() == 1)
        assert lost.wait(5) == -signal.SIGKILL
        assert (kept.poll(), foreign.poll()) == (None, None)
    finally:
        for process in (lost, kept, foreign):
            process.kill()
            process.wait()


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
    url = ffmpeg.file_url(name)
    assert url == f"file:{folder / name}"
    ffmpeg.run([*SOURCE, "-c:v", "ffv1", "-f", "matroska", url])
    assert [path.name for path in folder.iterdir()] == [name]
