"""No encoder's threads follow the machine."""

from __future__ import annotations

import os

import pytest

from stitcher.delivery.encoders import EncoderSettings, encoder_options
from stitcher.formats.codecs import CODECS
from stitcher.media.clip import Colour
from stitcher.media.threads import SHARED, THREADS, cores, held_to

COUNTED = sorted({codec.encoder for codec in CODECS.values()} - {"libx265", "libsvtav1"})


def words(options: tuple[str, ...], name: str) -> list[str]:
    return options[options.index(name) + 1].split(":")


@pytest.mark.parametrize("encoder", COUNTED)
@pytest.mark.parametrize("threads", [SHARED, THREADS])
def test_an_encoder_is_told_how_many_threads_it_has(encoder: str, threads: int) -> None:
    options = held_to(encoder, encoder_options(encoder, EncoderSettings(Colour())), threads)
    assert options[options.index("-threads") + 1] == str(threads)


@pytest.mark.parametrize(("threads", "pictures"), [(SHARED, 1), (THREADS, 2)])
def test_x265_is_told_in_its_own_words(threads: int, pictures: int) -> None:
    said = words(
        held_to("libx265", encoder_options("libx265", EncoderSettings(Colour())), threads), "-x265-params"
    )
    assert {"pools=4", f"frame-threads={pictures}"} < set(said)


@pytest.mark.parametrize(
    ("ask", "level"),
    [
        pytest.param(EncoderSettings(Colour(), crf=30), "lp=2", id="quality"),
        pytest.param(
            EncoderSettings(Colour(), bitrate_kbps=900),
            "lp=1",
            id="bitrate, where more differ from run to run",
        ),
    ],
)
def test_svt_av1_is_told_in_its_own_words(ask: EncoderSettings, level: str) -> None:
    assert level in words(held_to("libsvtav1", encoder_options("libsvtav1", ask), THREADS), "-svtav1-params")


LIMITED = EncoderSettings(Colour(), crf=18, maxrate_kbps=900, bufsize_kbps=900)


@pytest.mark.parametrize(
    ("encoder", "ask", "name", "said"),
    [
        ("libx264", LIMITED, "-threads", "1"),
        ("libx264", EncoderSettings(Colour(), params=(("vbv-maxrate", "9"),)), "-threads", "1"),
        ("libx265", LIMITED, "-x265-params", "frame-threads=1"),
        ("libsvtav1", LIMITED, "-svtav1-params", "lp=1"),
    ],
)
def test_no_two_pictures_are_made_at_once_where_bits_are_limited(
    encoder: str, ask: EncoderSettings, name: str, said: str
) -> None:
    assert said in words(held_to(encoder, encoder_options(encoder, ask), THREADS), name)


def test_what_options_say_of_threads_comes_last_and_wins() -> None:
    assert held_to("mpeg2video", ("-threads", "3"), THREADS) == ("-threads", "4", "-threads", "3")
    assert words(held_to("libx265", ("-x265-params", "pools=1"), SHARED), "-x265-params")[-1] == "pools=1"


def test_the_devices_encoders_are_left_alone() -> None:
    assert held_to("h264_nvenc", ("-cq", "20"), THREADS) == ("-cq", "20")


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not tell")
def test_cores_are_those_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5, 7})
    assert cores() == 3
