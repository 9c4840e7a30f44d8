"""What may come down the wire, and that only the right file ever stands at its place."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from stitcher.errors import DiskFull, DownloadFailed, MediaBroken, OutputError
from stitcher.generation.provider import Expected, Fetched, Submission, Succeeded
from stitcher.generation.run_policy import Timing
from stitcher.generation.runway import download
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.download import Downloader, Patience
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.media import files
from stitcher.standin import Fault, StandIn
from tests.generation.following import follow
from tests.standin_kit import Clock, small_clip

TAKE = Submission(
    "image_to_video",
    {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720", "duration": 5},
)
EXPECTED = Expected("video", frames=121, size=(160, 90))


@pytest.fixture
def task(provider: RunwayProvider) -> Succeeded:
    ended = follow(provider.submit(TAKE).task_id, provider.look, pace=provider.pace)
    assert isinstance(ended, Succeeded)
    return ended


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


MENDED: dict[str, tuple[Fault, ...]] = {
    "breaks off half way": (Fault.cut_off(),),
    "breaks off twice": (Fault.cut_off(), Fault.cut_off()),
    "500": (Fault.http(500),),
    "429": (Fault.http(429),),
    "dropped connection": (Fault.drop(),),
    "redirect loop": (Fault.redirect(),) * 5,
    "compressed, and says so": (Fault.gzipped(),),
    "address expired": (Fault.expired(),),
    "404": (Fault.http(404),),
    "410": (Fault.http(410),),
    "wrong range after a break": (Fault.cut_off(), Fault.wrong_range()),
    "no length": (Fault.without_length(),),
}


@pytest.mark.parametrize("name", MENDED)
def test_a_download_that_can_be_mended_is(
    name: str, provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    server.script("download", *MENDED[name])
    fetched = provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    content = gen4_clip.read_bytes()
    assert fetched == Fetched(tmp_path / "1.mp4", hashlib.sha256(content).hexdigest(), len(content), 121)
    assert (tmp_path / "1.mp4").read_bytes() == content
    assert names(tmp_path) == ["1.mp4"]
    assert len(server.books.creates) == 1


WRONG: dict[str, Fault] = {
    "half of it as if it were all": Fault.short(),
    "rubbish after the end": Fault.long(),
    "compressed without saying so": Fault.gzipped(said=False),
    "a web page": Fault.html(),
    "a stretch overwritten": Fault.flipped(),
    "no length and cut": Fault.without_length_cut(),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_whole_but_wrong_file_is_kept_aside_and_fetched_again(
    name: str, provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    server.script("download", WRONG[name])
    provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    aside = next(tmp_path.glob("1.mp4.wrong-*"))
    assert hashlib.sha256(aside.read_bytes()).hexdigest().startswith(aside.name.removeprefix("1.mp4.wrong-"))
    assert names(tmp_path) == ["1.mp4", aside.name]
    assert (tmp_path / "1.mp4").read_bytes() == gen4_clip.read_bytes()
    assert len(server.books.creates) == 1


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_stays_wrong_is_an_error_that_says_nothing_is_bought_again(
    name: str, provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path
) -> None:
    server.script("download", *[WRONG[name]] * 3)
    with pytest.raises(DownloadFailed, match=r"nothing is\s+bought again.*rescue.*1\.mp4\.wrong-"):
        provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    assert not (tmp_path / "1.mp4").exists()
    assert len(names(tmp_path)) == 1
    assert len(server.books.creates) == 1


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        (Expected("video", frames=241), "121 frames where 241"),
        (Expected("video", frames=120, frame_for_frame=True), "121 frames where 120"),
        (Expected("video", size=(1280, 720)), "160x90 where 1280x720"),
    ],
    ids=["frames", "one frame of an enlargement", "size"],
)
def test_a_whole_file_that_is_not_the_one_expected_is_kept_and_said_to_be_another(
    expected: Expected, says: str, provider: RunwayProvider, task: Succeeded, tmp_path: Path
) -> None:
    fetched = provider.fetch(task, tmp_path / "1.mp4", expected)
    assert says in fetched.otherwise
    assert (fetched.frames, names(tmp_path)) == (121, ["1.mp4"])


@pytest.mark.parametrize("asked", [120, 121, 122, 127])
def test_a_length_near_the_asked_one_is_the_asked_one(
    asked: int, provider: RunwayProvider, task: Succeeded, tmp_path: Path
) -> None:
    fetched = provider.fetch(task, tmp_path / "1.mp4", Expected("video", frames=asked))
    assert (fetched.frames, fetched.otherwise) == (121, "")


def test_another_take_that_is_served_once_is_asked_for_again(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    short = small_clip(tmp_path, seconds=2).read_bytes()
    server.script("download", Fault.serves(short))
    fetched = provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    assert fetched.otherwise == ""
    assert (tmp_path / "1.mp4").read_bytes() == gen4_clip.read_bytes()
    assert [path.read_bytes() for path in tmp_path.glob("1.mp4.wrong-*")] == [short]


def test_a_file_of_another_kind_is_refused_with_the_reason(
    provider: RunwayProvider, task: Succeeded, tmp_path: Path
) -> None:
    with pytest.raises(DownloadFailed, match="not a picture"):
        provider.fetch(task, tmp_path / "1.mp4", Expected("image"))


def test_a_broken_download_goes_on_where_it_stopped(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    server.script("download", *[Fault.cut_off()] * 3)
    with pytest.raises(DownloadFailed, match="broke off"):
        provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    size = gen4_clip.stat().st_size
    assert (tmp_path / "1.mp4.part").stat().st_size == size // 2
    # What is there is changed, so that it shows whether it was kept or fetched anew.
    content = bytearray((tmp_path / "1.mp4.part").read_bytes())
    content[-1] ^= 255
    (tmp_path / "1.mp4.part").write_bytes(content)
    with pytest.raises(DownloadFailed):
        provider.fetch(task, tmp_path / "1.mp4", Expected("image"))
    kept = [path.read_bytes() for path in tmp_path.glob("1.mp4.wrong-*")]
    assert any(whole.startswith(content) and len(whole) == size for whole in kept)


@pytest.mark.parametrize(
    "note", ['{"etag": "\\"anoth', '{"etag": "W/\\"weak\\""}', "[]", '{"etag": "\\"another\\""}']
)
def test_a_part_that_cannot_be_vouched_for_is_fetched_anew(
    note: str, provider: RunwayProvider, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    (tmp_path / "1.mp4.part").write_bytes(b"of another file" * 9)
    (tmp_path / "1.mp4.part.json").write_text(note)
    provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    assert (tmp_path / "1.mp4").read_bytes() == gen4_clip.read_bytes()
    assert names(tmp_path) == ["1.mp4"]


def test_a_part_that_was_complete_is_not_fetched_again(
    provider: RunwayProvider, task: Succeeded, tmp_path: Path, gen4_clip: Path
) -> None:
    content = gen4_clip.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    (tmp_path / "1.mp4.part").write_bytes(content)
    (tmp_path / "1.mp4.part").chmod(0o444)
    (tmp_path / "1.mp4.part.json").write_text(json.dumps({"etag": etag}))
    fetched = provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    assert fetched.sha256 == hashlib.sha256(content).hexdigest()


def test_a_silence_is_cut_off_and_the_rest_fetched(
    task: Succeeded, server: StandIn, tmp_path: Path, gen4_clip: Path
) -> None:
    server.script("download", Fault.stalls(30))
    downloader = Downloader(
        network=Network(allow_loopback=True, timing=Timing(sleep=lambda _: None)),
        patience=Patience(stall_s=0.3, failures=9),
    )
    downloader.fetch(task.urls[0], tmp_path / "1.mp4", EXPECTED)
    assert (tmp_path / "1.mp4").read_bytes() == gen4_clip.read_bytes()


def test_a_drip_is_cut_off_by_the_total_time(task: Succeeded, server: StandIn, tmp_path: Path) -> None:
    server.script("download", *[Fault.drips(0.01)] * 2)
    patience = Patience(total_s=0.1, failures=2)
    downloader = Downloader(
        network=Network(allow_loopback=True, timing=Timing(sleep=lambda _: None)), patience=patience
    )
    with pytest.raises(DownloadFailed, match="longer than"):
        downloader.fetch(task.urls[0], tmp_path / "1.mp4", EXPECTED)


def test_more_bytes_than_allowed_are_refused(task: Succeeded, server: StandIn, tmp_path: Path) -> None:
    downloader = Downloader(network=Network(allow_loopback=True), patience=Patience(max_bytes=1000))
    server.script("download", None, Fault.without_length())
    for _ in range(2):
        with pytest.raises(DownloadFailed, match="1,000"):
            downloader.fetch(task.urls[0], tmp_path / "1.mp4", EXPECTED)


def test_addresses_that_stay_dead_are_an_error(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path
) -> None:
    server.script("download", *[Fault.expired()] * 9)
    with pytest.raises(DownloadFailed, match="403"):
        provider.fetch(task, tmp_path / "1.mp4", EXPECTED)


def test_a_task_deleted_in_the_meantime_is_an_error(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path
) -> None:
    server.expire_addresses()
    provider.cancel(task.task_id)
    with pytest.raises(DownloadFailed, match="gone"):
        provider.fetch(task, tmp_path / "1.mp4", EXPECTED)


def test_a_right_file_at_its_place_is_taken_without_a_request(tmp_path: Path, gen4_clip: Path) -> None:
    target = tmp_path / "1.mp4"
    target.write_bytes(gen4_clip.read_bytes())
    fetched = Downloader(network=Network(resolve=forbidden)).fetch("https://example.com/x", target, EXPECTED)
    assert fetched.frames == 121


def test_another_file_at_its_place_is_never_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "1.mp4"
    target.write_bytes(b"somebody's")
    with pytest.raises(OutputError, match="Nothing is ever overwritten"):
        Downloader(network=Network(resolve=forbidden)).fetch("https://example.com/x", target, EXPECTED)
    assert target.read_bytes() == b"somebody's"


def test_a_file_that_appears_meanwhile_is_never_overwritten(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path
) -> None:
    target = tmp_path / "1.mp4"

    def check(path: Path, expected: Expected) -> int:
        target.write_bytes(b"somebody's")
        return 121

    downloader = Downloader(network=Network(allow_loopback=True), check=check)
    with pytest.raises(OutputError, match="left as it is"):
        downloader.fetch(task.urls[0], target, EXPECTED)
    assert target.read_bytes() == b"somebody's"


def forbidden(host: str, port: int) -> tuple[str, ...]:
    raise AssertionError(f"asked for {host}")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.com/a.mp4", "not https"),
        ("ftp://example.com/a.mp4", "not https"),
        ("file:///etc/passwd", "not https"),
        ("https://user:pass@example.com/a.mp4", "user name"),
        ("https://127.0.0.1/a.mp4", "this machine"),
        ("http://localhost:8000/a.mp4", "this machine"),
        ("https://[::1]/a.mp4", "this machine"),
        ("https://", "not https"),
    ],
)
def test_addresses_that_may_not_be_asked_are_not(url: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match=says):
        Downloader(network=Network(resolve=forbidden)).fetch(url, tmp_path / "1.mp4", EXPECTED)


def scripted(answers: list[httpx.Response], asked: list[httpx.Request]) -> httpx.MockTransport:
    turns: Iterator[httpx.Response] = iter(answers)

    def carry(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return next(turns)

    return httpx.MockTransport(carry)


def public(host: str, port: int) -> tuple[str, ...]:
    return ("93.184.216.34",)


@pytest.mark.parametrize(
    "location",
    ["http://example.com/a", "https://127.0.0.1/a", "https://inner.example/a", "file:///etc/passwd"],
)
def test_each_redirect_is_judged_like_the_first_address(location: str, tmp_path: Path) -> None:
    asked: list[httpx.Request] = []

    def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("10.0.0.7",) if host.startswith("inner") else public(host, port)

    downloader = Downloader(
        network=Network(
            transport=scripted([httpx.Response(302, headers={"Location": location})], asked), resolve=resolve
        )
    )
    with pytest.raises(DownloadFailed, match="may not be asked"):
        downloader.fetch("https://cdn.example.com/a.mp4", tmp_path / "1.mp4", EXPECTED)
    assert len(asked) == 1


def test_a_redirect_to_a_public_address_is_followed_to_the_judged_number(
    tmp_path: Path, gen4_clip: Path
) -> None:
    asked: list[httpx.Request] = []
    answers = [
        httpx.Response(302, headers={"Location": "https://other.example.com/b.mp4"}),
        httpx.Response(200, content=iter([gen4_clip.read_bytes()])),
    ]
    downloader = Downloader(network=Network(transport=scripted(answers, asked), resolve=public))
    downloader.fetch("https://cdn.example.com/a.mp4", tmp_path / "1.mp4", EXPECTED)
    assert [(request.url.host, request.headers["Host"]) for request in asked] == [
        ("93.184.216.34", "cdn.example.com"),
        ("93.184.216.34", "other.example.com"),
    ]
    assert asked[0].extensions["sni_hostname"] == "cdn.example.com"


def test_no_key_goes_along_and_nothing_compressed_is_asked_for(tmp_path: Path, gen4_clip: Path) -> None:
    asked: list[httpx.Request] = []
    answers = [httpx.Response(200, content=iter([gen4_clip.read_bytes()]))]
    downloader = Downloader(network=Network(transport=scripted(answers, asked), resolve=public))
    downloader.fetch("https://cdn.example.com/a.mp4", tmp_path / "1.mp4", EXPECTED)
    assert asked[0].headers["Accept-Encoding"] == "identity"
    assert not {"authorization", "cookie", "x-runway-version"} & set(asked[0].headers)


def test_a_full_disk_leaves_nothing_at_the_target(
    task: Succeeded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "free_bytes", lambda _: 10)
    with pytest.raises(DiskFull):
        Downloader(network=Network(allow_loopback=True)).fetch(task.urls[0], tmp_path / "1.mp4", EXPECTED)
    assert not (tmp_path / "1.mp4").exists()


def test_waits_between_attempts_grow_and_end(
    provider: RunwayProvider, server: StandIn, task: Succeeded, tmp_path: Path, clock: Clock
) -> None:
    server.script("download", *[Fault.http(503)] * 6)
    downloader = Downloader(
        network=Network(allow_loopback=True, timing=Timing(sleep=clock.sleep, jitter=lambda: 0.0)),
        patience=Patience(failures=5),
    )
    with pytest.raises(DownloadFailed, match="5 attempts"):
        downloader.fetch(task.urls[0], tmp_path / "1.mp4", EXPECTED)
    assert clock.slept == [1, 2, 4, 8]


STEPS = {
    "before the first byte": (download, "_digest_so_far"),
    "before it is published": (download, "publish_once"),
    "between two names": (os, "link"),
    "after it has its name": (files, "_sync_folder"),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_next_run_ends_with_the_right_file(
    step: str,
    provider: RunwayProvider,
    task: Succeeded,
    tmp_path: Path,
    gen4_clip: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(*STEPS[step], stop)
        with pytest.raises(KeyboardInterrupt):
            provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    fetched = provider.fetch(task, tmp_path / "1.mp4", EXPECTED)
    assert fetched.path.read_bytes() == gen4_clip.read_bytes()
    assert names(tmp_path) == ["1.mp4"]


def test_a_check_may_be_brought_along(task: Succeeded, tmp_path: Path) -> None:
    def never(path: Path, expected: Expected) -> int:
        raise MediaBroken(path, "is never right")

    check: Callable[[Path, Expected], int] = never
    with pytest.raises(DownloadFailed, match="is never right"):
        Downloader(network=Network(allow_loopback=True), check=check).fetch(
            task.urls[0], tmp_path / "1.mp4", EXPECTED
        )
