from __future__ import annotations

import pytest

from stitcher.media.nal import Framing, encoder_settings, framing, read_packet, sets_in

AVC4 = Framing(hevc=False, length_size=4)
HEVC4 = Framing(hevc=True, length_size=4)
IDR, SLICE, SEI, SPS = b"\x65", b"\x41", b"\x06", b"\x67"


def packet(*units: bytes, size: int = 4) -> bytes:
    return b"".join(len(unit).to_bytes(size, "big") + unit for unit in units)


@pytest.mark.parametrize(
    ("units", "how", "start", "picture"),
    [
        ((SEI + b"abc", IDR + b"slice"), AVC4, "idr", True),
        ((SLICE + b"slice",), AVC4, "", True),
        ((SEI + b"abc", SPS + b"abc"), AVC4, "", False),
        ((b"\x26\x01slice",), HEVC4, "idr", True),
        ((b"\x28\x01slice",), HEVC4, "idr", True),
        ((b"\x2a\x01slice",), HEVC4, "cra", True),
        ((b"\x02\x01slice",), HEVC4, "", True),
        ((b"\x4e\x01sei",), HEVC4, "", False),
    ],
    ids=[
        "h264 idr",
        "h264 slice",
        "h264 no slice",
        "hevc 19",
        "hevc 20",
        "hevc cra",
        "hevc slice",
        "hevc sei",
    ],
)
def test_the_nal_type_tells_the_kind_of_start(
    units: tuple[bytes, ...], how: Framing, start: str, picture: bool
) -> None:
    found = read_packet(packet(*units), how)
    assert (found.start, found.picture, found.fault) == (start, picture, "")


def test_start_codes_are_read_as_well_as_lengths() -> None:
    data = b"\0\0\0\x01\x09\xf0\0\0\x01" + IDR + b"slice\0"
    assert read_packet(data, Framing(hevc=False, length_size=0)).start == "idr"


@pytest.mark.parametrize("size", [1, 2, 4])
def test_lengths_of_every_size_are_read(size: int) -> None:
    assert read_packet(packet(IDR + b"x", SLICE + b"y", size=size), Framing(False, size)).start == "idr"


@pytest.mark.parametrize(
    ("data", "how"),
    [
        (packet(IDR + b"slice")[:-1], AVC4),
        (packet(IDR + b"slice") + b"\0", AVC4),
        (packet(IDR + b"slice") + b"\0\0\0\0", AVC4),
        (b"\0" * 60, AVC4),
        (packet(b"\xe5slice"), AVC4),
        (packet(IDR + b"ab\0\0\0cd"), AVC4),
        (packet(IDR + b"ab" + b"\0" * 500), AVC4),
        (packet(b"\x26\x00slice"), HEVC4),
        (b"no start code at all", Framing(False, 0)),
    ],
    ids=[
        "cut short", "a byte too many", "an empty unit", "only zeros", "forbidden bit", "zeros inside",
        "zeros to the end", "hevc layer of nothing", "no start code",
    ],
)  # fmt: skip
def test_a_damaged_packet_is_told_from_a_whole_one(data: bytes, how: Framing) -> None:
    assert read_packet(data, how).fault


def test_a_few_padding_zeros_behind_a_slice_are_no_damage() -> None:
    assert not read_packet(packet(IDR + b"slice" + b"\0" * 8), AVC4).fault


def test_the_length_size_comes_from_the_parameter_sets() -> None:
    assert framing("h264", b"\x01\x64\x00\x1f\xff\xe1").length_size == 4
    assert framing("h264", b"\0\0\0\x01\x67abc").length_size == 0
    assert framing("hevc", b"\x01" + b"\0" * 20 + b"\xfd").length_size == 2


def test_the_encoder_is_quoted_as_far_as_its_text_goes() -> None:
    assert encoder_settings(b"\x05\x10x264 - core 164 - cabac=1 crf=18.0\0\x80") == (
        "x264 - core 164 - cabac=1 crf=18.0"
    )
    assert encoder_settings(b"nothing here") == ""


@pytest.mark.parametrize("size", [1, 2, 4])
def test_parameter_sets_are_found_among_other_units(size: int) -> None:
    how = Framing(False, size)
    data = packet(SEI + b"abc", SPS + b"one", b"\x68two", IDR + b"slice", size=size)
    assert sets_in(memoryview(data), how) == read_packet(data, how).sets == (SPS + b"one", b"\x68two")
    assert sets_in(memoryview(packet(SLICE + b"slice", size=size)), how) == ()


def test_parameter_sets_are_found_behind_start_codes() -> None:
    data = b"\0\0\0\x01\x42\x01sps\0\0\x01\x26\x01slice"
    assert sets_in(memoryview(data), Framing(True, 0)) == (b"\x42\x01sps",)
