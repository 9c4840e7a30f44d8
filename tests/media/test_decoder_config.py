"""Parameter sets: what a decoder gets from a header, and from packets behind it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.media.decoder_config import SetsWalk, by_number, decoder_sets
from stitcher.media.image_header import own_header
from stitcher.media.probe import probe
from tests.footage import Footage, join_copied

SPS = bytes.fromhex("6764000aac")
OTHER_SPS = bytes.fromhex("6764000aad")
"""The same number, 0, and something else."""
PPS, PPS_1 = bytes.fromhex("68eb"), bytes.fromhex("6853")


def avcc(*sets: bytes, length_size: int = 4, tail: bytes = b"") -> bytes:
    sequences, pictures = [unit for unit in sets if unit[0] & 31 == 7], [u for u in sets if u[0] & 31 == 8]
    record = bytes((1, 100, 0, 10, 0xFC | length_size - 1))
    for units, head in ((sequences, 0xE0), (pictures, 0)):
        record += bytes((head | len(units),)) + b"".join(
            len(unit).to_bytes(2, "big") + unit for unit in units
        )
    return record + tail


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        pytest.param(avcc(SPS, PPS), avcc(SPS, PPS, tail=bytes.fromhex("fdf8f800")), True, id="High tail"),
        pytest.param(avcc(SPS, PPS), avcc(SPS, PPS + b"\0"), True, id="zeros behind a set"),
        pytest.param(avcc(SPS, PPS), avcc(OTHER_SPS, PPS), False, id="another set"),
        pytest.param(avcc(SPS, PPS), avcc(SPS, PPS, length_size=2), False, id="other lengths in packets"),
    ],
)
def test_headers_are_compared_by_what_a_decoder_gets(one: bytes, other: bytes, equal: bool) -> None:
    assert (decoder_sets("h264", one) == decoder_sets("h264", other)) is equal


def test_a_header_that_cannot_be_read_stands_for_itself() -> None:
    assert decoder_sets("h264", b"\x01avcC") == b"\x01avcC"
    assert decoder_sets("prores", b"abc") == b"abc"


@pytest.mark.parametrize(
    ("units", "changes"),
    [
        pytest.param((), False, id="none"),
        pytest.param((SPS, PPS), False, id="the header's own, sent again"),
        pytest.param((OTHER_SPS, PPS), True, id="another of the same number"),
        pytest.param((PPS_1,), True, id="one more number"),
    ],
)
def test_sets_in_packets_change_what_holds_only_where_they_say_something_new(
    units: tuple[bytes, ...], changes: bool
) -> None:
    assert SetsWalk("h264", avcc(SPS, PPS)).take(units) is changes


def test_a_packet_is_complete_when_it_says_every_number_that_holds() -> None:
    walk = SetsWalk("h264", avcc(SPS, PPS))
    walk.take((OTHER_SPS, PPS))
    assert walk.is_complete((OTHER_SPS, PPS))
    walk.take((PPS_1,))
    assert not walk.is_complete((OTHER_SPS, PPS))


def test_sets_of_hevc_are_known_by_their_numbers(footage: Footage) -> None:
    record = probe(footage.clip(1, frames=2, codec="libx265")).video.parameter_sets
    units = decoder_sets("hevc", record)[1:]
    assert sorted(by_number(units, hevc=True)) == [(32, 0, 0), (33, 0, 0), (34, 0, 0)]  # type: ignore[arg-type]  # a tuple, of a record that can be read


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_probe_finds_where_parameter_sets_change(footage: Footage, tmp_path: Path, suffix: str) -> None:
    first = footage.clip(1, frames=12, options=("-preset", "ultrafast", "-crf", "16", "-g", "6"))
    second = footage.clip(2, frames=12, options=("-preset", "ultrafast", "-crf", "30", "-g", "6"))
    clip = probe(join_copied(tmp_path / f"joined{suffix}", first, second))
    assert clip.video.set_changes == (12,)
    assert [key.packet for key in clip.video.keys if clip.video.decodes_from(key.packet)] == [0, 6, 12, 18]
    again = probe(join_copied(tmp_path / f"again{suffix}", first, first))
    assert again.video.set_changes == ()


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [
        ("mjpeg", ".avi"),
        pytest.param("mjpeg", ".mov", marks=pytest.mark.slow),
        pytest.param("prores_ks", ".mov", marks=pytest.mark.slow),
        pytest.param("dnxhd", ".mov", marks=pytest.mark.slow),
    ],
)
def test_a_probe_finds_where_pictures_that_stand_alone_change_their_size(
    footage: Footage, tmp_path: Path, codec: str, suffix: str
) -> None:
    clips = [
        footage.clip(1, frames=3, codec=codec, size=size, suffix=suffix, rate=Fraction(24))
        for size in ((256, 144), (320, 192))
    ]
    clip = probe(join_copied(tmp_path / f"joined{suffix}", *clips))
    assert clip.video.set_changes == (3,)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0\0\x11\x08", b"\0" * 50])
def test_headers_cut_short_say_nothing_or_little(data: bytes) -> None:
    for codec in ("mjpeg", "prores", "dnxhd", "h264"):
        own_header(codec, memoryview(data))
