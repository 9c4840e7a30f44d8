"""Parameter sets under other numbers: every picture decodes to what it was, whatever encoder wrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.media.bit_reader import Bits, unescaped
from stitcher.media.decoder_config import record_units, split_avcc
from stitcher.media.renumber_sets import (
    SYNTAX,
    NewNumbers,
    Renumbering,
    escaped,
    numbers_like,
    own_code,
)
from stitcher.media.shared_record import share_record
from tests.footage import run_ffmpeg
from tests.media.records import avc_record

AVC = {
    "x264": ("-c:v", "libx264", "-crf", "20"),
    "baseline": ("-c:v", "libx264", "-profile:v", "baseline"),
    "slices without arithmetic coding": ("-c:v", "libx264", "-x264-params", "slices=4:cabac=0", "-qp", "1"),
    "a signalled buffer": (
        *("-c:v", "libx264", "-b:v", "300k"),
        *("-x264-params", "nal-hrd=vbr:vbv-maxrate=300:vbv-bufsize=300:aud=1"),
    ),
    "open groups": ("-c:v", "libx264", "-x264-params", "open-gop=1:keyint=6:ref=6:bframes=5"),
    "intra refresh, weighted": ("-c:v", "libx264", "-x264-params", "intra-refresh=1:weightp=2:keyint=8"),
    "another program": ("-c:v", "libopenh264", "-b:v", "500k"),
}
HEVC = {
    "x265": ("-c:v", "libx265"),
    "a signalled buffer": (
        *("-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "hrd=1:vbv-maxrate=300:vbv-bufsize=300:log-level=error"),
    ),
    "slices and wavefronts": (
        *("-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "slices=3:wpp=1:ctu=16:bframes=0:log-level=error"),
    ),
}


def made(path: Path, arguments: Sequence[str]) -> Path:
    quiet = (
        ("-x265-params", "log-level=error")
        if "libx265" in arguments and "-x265-params" not in arguments
        else ()
    )
    source = ("-f", "lavfi", "-i", "testsrc2=s=160x96:r=24:d=0.6", "-pix_fmt", "yuv420p")
    run_ffmpeg(*source, *arguments, *quiet, str(path))
    return path


def pictures(path: Path) -> list[str]:
    with av.open(path) as container:
        return [
            hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest() for frame in container.decode(video=0)
        ]


def packets(path: Path) -> tuple[bytes, list[bytes]]:
    with av.open(path) as container:
        stream = container.streams.video[0]
        return stream.codec_context.extradata or b"", [
            bytes(one) for one in container.demux(stream) if one.size
        ]


def decoded(codec: str, record: bytes, data: Sequence[bytes]) -> list[str]:
    """Hashes of the pictures that these packets decode to, strictly."""
    context = av.CodecContext.create(codec, "r")
    context.extradata = record
    context.options = {"err_detect": "explode"}
    frames = [frame for one in data for frame in context.decode(av.Packet(one))]  # type: ignore[attr-defined]  # of a decoder of pictures
    frames += context.decode(None)  # type: ignore[attr-defined]  # of a decoder of pictures
    return [hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest() for frame in frames]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "encoders"), [pytest.param("h264", AVC, id="h264"), pytest.param("hevc", HEVC, id="hevc")]
)
def test_streams_of_many_encoders_decode_under_one_record(
    codec: str, encoders: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    files = [made(tmp_path / f"{n}.mp4", arguments) for n, arguments in enumerate(encoders.values())]
    streams = [packets(file) for file in files]
    shared = share_record(codec, [record for record, _ in streams])
    written: list[bytes] = []
    for (_, data), numbers in zip(streams, shared.changes, strict=True):
        change = None if numbers is None else Renumbering(numbers)
        written += [one if change is None else change.packet(one) for one in data]
    assert decoded(codec, shared.record, written) == [one for file in files for one in pictures(file)]


def test_the_first_stream_stays_as_it_is(tmp_path: Path) -> None:
    first, second = (
        packets(made(tmp_path / f"{n}.mp4", AVC[name]))[0] for n, name in enumerate(["x264", "baseline"])
    )
    shared = share_record("h264", [first, second])
    assert shared.changes[0] is None
    assert split_avcc(shared.record)[0][0] == split_avcc(first)[0][0]


def test_a_record_has_the_highest_profile_and_level(tmp_path: Path) -> None:
    low, high = (
        packets(made(tmp_path / f"{n}.mp4", AVC[name]))[0] for n, name in enumerate(["baseline", "x264"])
    )
    record = share_record("h264", [low, high]).record
    assert (record[1], record[3]) == (high[1], max(low[3], high[3]))
    assert split_avcc(record)[2] == split_avcc(high)[2]


def test_equal_sets_are_written_once(tmp_path: Path) -> None:
    record, _ = packets(made(tmp_path / "a.mp4", AVC["x264"]))
    shared = share_record("h264", [record, record])
    assert shared.changes == (None, None)
    assert [len(units) for units in split_avcc(shared.record)[:2]] == [1, 1]


def test_packets_with_other_lengths_are_written_with_the_records(tmp_path: Path) -> None:
    record, data = packets(made(tmp_path / "a.mp4", AVC["x264"]))
    short = record[:4] + bytes((record[4] & 0xFC | 1,)) + record[5:]
    shared = share_record("h264", [record, short])
    numbers = shared.changes[1]
    assert numbers is not None
    two = b"".join(len(unit).to_bytes(2, "big") + unit for unit in units_of(data[1]))
    assert Renumbering(numbers).packet(two) == data[1]


def units_of(packet: bytes) -> list[bytes]:
    units, at = [], 0
    while at < len(packet):
        end = at + 4 + int.from_bytes(packet[at : at + 4], "big")
        units.append(packet[at + 4 : end])
        at = end
    return units


def test_a_track_has_numbers_for_sixteen_more_encoders() -> None:
    records = [avc_record([level]) for level in range(10, 27)]
    shared = share_record("h264", records)
    assert len(split_avcc(shared.record)[1]) == 17
    assert shared.room == 0
    with pytest.raises(ValueError, match="no numbers left"):
        share_record("h264", [*records, avc_record([29])])


@pytest.mark.parametrize(
    ("films", "room"),
    [
        pytest.param([[10]], 16, id="a clip"),
        pytest.param([[10], [10]], 16, id="the same again"),
        pytest.param([[10], [11], [12]], 14, id="three encoders"),
        pytest.param([range(10, 22), [30]], 4, id="a film of twelve and a clip"),
        pytest.param([range(10, 27)], 0, id="a film of seventeen"),
    ],
)
def test_a_record_says_for_how_many_more_it_has_room(films: list[Sequence[int]], room: int) -> None:
    assert share_record("h264", [avc_record(levels) for levels in films]).room == room


@given(st.binary(max_size=200))
def test_escaping_is_undone_by_unescaping(raw: bytes) -> None:
    unit = escaped(raw)
    assert b"\0\0\0" not in unit
    assert b"\0\0\1" not in unit
    assert b"\0\0\2" not in unit
    assert not unit.endswith(b"\0")
    assert (
        unescaped(unit).removesuffix(b"\3" if raw.endswith(b"\0") and unit.endswith(b"\0\3") else b"") == raw
    )


def ue(number: int) -> str:
    digits = f"{number + 1:b}"
    return "0" * (len(digits) - 1) + digits


def of_bits(*fields: str, tail: bytes) -> bytes:
    bits = "".join(fields)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big") + tail if bits else tail


ZEROS = st.lists(
    st.sampled_from([b"\0", b"\0\0", b"\1", b"\2", b"\3", b"\x80", b"\xff\x41"]), max_size=60
).map(b"".join)
"""Bytes in which much has to be escaped."""


@given(
    st.sampled_from([1, 5, 2, 19]),
    st.integers(0, 5000),
    st.integers(0, 9),
    st.integers(0, 254),
    st.text("01", max_size=40),
    st.one_of(ZEROS, st.binary(max_size=80)),
)
def test_a_slice_is_what_it_was_but_for_its_number(
    kind: int, first: int, slice_type: int, number: int, header: str, data: bytes
) -> None:
    raw = of_bits(ue(first), ue(slice_type), ue(number), "1", header, tail=data + b"\x80")
    unit = bytes((0x60 | kind,)) + escaped(raw)
    code = SYNTAX["h264"].in_slice(kind, Bits(unit[1:]))
    assert code.number == number
    for new in list(numbers_like("h264", code))[:6]:
        there = Renumbering(NewNumbers("h264", ((8, number, new),), 4, 4)).unit(unit)
        bits = len(ue(first)) + len(ue(slice_type))
        wanted, got = bits_of(unescaped(unit[1:])), bits_of(unescaped(there[1:]))
        assert got == wanted[:bits] + ue(new) + wanted[bits + len(ue(number)) :]
        assert there == there[:1] + escaped(unescaped(there[1:]))
        back = Renumbering(NewNumbers("h264", ((8, new, number),), 4, 4)).unit(there)
        assert back == unit


def bits_of(raw: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in raw)


@given(st.sampled_from([0, 1, 9, 16, 19, 21]), st.integers(0, 6), st.text("01", max_size=30), ZEROS)
def test_a_slice_of_hevc_likewise(kind: int, number: int, header: str, data: bytes) -> None:
    lead = "1" + ("0" if kind >= 16 else "")
    unit = bytes((kind << 1, 1)) + escaped(of_bits(lead, ue(number), "1", header, tail=data + b"\x80"))
    code = SYNTAX["hevc"].in_slice(kind, Bits(unit[2:]))
    new = list(numbers_like("hevc", code))[-1]
    there = Renumbering(NewNumbers("hevc", ((34, number, new),), 4, 4)).unit(unit)
    wanted, got = bits_of(unescaped(unit[2:])), bits_of(unescaped(there[2:]))
    assert got == lead + ue(new) + wanted[len(lead) + len(ue(number)) :]


@given(st.integers(0, 30), st.integers(0, 255), st.text("01", min_size=1, max_size=90), st.integers(0, 2))
def test_a_set_is_what_it_was_but_for_its_numbers(sequence: int, number: int, rest: str, zeros: int) -> None:
    bits = ue(number) + ue(sequence) + rest + "1"
    raw = int(bits + "0" * (-len(bits) % 8), 2).to_bytes(-(-len(bits) // 8), "big")
    unit = b"\x68" + escaped(raw) + b"\0" * zeros
    there = Renumbering(NewNumbers("h264", ((7, sequence, 3), (8, number, 200)), 4, 4)).unit(unit)
    assert bits_of(unescaped(there[1:])).rstrip("0") == ue(200) + ue(3) + rest + "1"
    assert own_code("h264", there).number == 200


def test_codes_of_slices_are_longer_by_whole_bytes(tmp_path: Path) -> None:
    record, _ = packets(made(tmp_path / "a.mp4", AVC["x264"]))
    pps = record_units("h264", record)[1]
    numbers = list(numbers_like("h264", own_code("h264", pps)))
    assert numbers == [0, *range(15, 31), 255]
    assert all(one < other for one, other in pairwise(numbers))


@pytest.mark.parametrize(
    ("packet", "what"),
    [
        pytest.param(b"\0\0\0\x09\x65\x88", "do not add up", id="cut off"),
        pytest.param(b"\0\0\0\0", "do not add up", id="an empty unit"),
        pytest.param(b"\0\0\0\2\x65\0", "cannot be read", id="no header"),
        pytest.param(b"\0\0\0\3\x65\x88\x84", "cannot be read", id="a set that the stream has not"),
        pytest.param(b"\0\0\0\2\x74\x80", "several layers", id="another view"),
    ],
)
def test_a_packet_that_cannot_be_read_is_refused(packet: bytes, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        Renumbering(NewNumbers("h264", (), 4, 4)).packet(packet)
