"""Broadcast WAV files: 24-bit PCM with a `bext` chunk (EBU Tech 3285) and an `iXML` chunk, RF64 above 4 GiB (EBU 3306).

    RIFF/RF64  JUNK/ds64  bext  fmt   iXML  data

Written here, because ffmpeg writes no iXML and takes a time reference over from its inputs. There is no date in it:
the same sound gives the same bytes.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.sax.saxutils import escape

from stitcher.errors import VerifyError
from stitcher.media.files import disk_errors
from stitcher.timebase import format_rate
from stitcher.version import __version__

BITS = 24
_RIFF_LIMIT = 0xFFFFFFFF
"""The largest size that a RIFF header can hold."""
_PCM, _EXTENSIBLE = 1, 0xFFFE
_LOUDSPEAKERS = {6: 0x3F}
"""By count of channels: front left, right, centre, LFE, back left, right, a bit each."""
_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
_UNKNOWN = 0x7FFF
"""A loudness value that was not measured."""
_BEXT = struct.Struct("<256s32s32s10s8sQH64s5h180x")
_SIDES = {1: ("",), 2: (" L", " R"), 6: (" L", " R", " C", " LFE", " Ls", " Rs")}
_FUNCTIONS = {1: ("MONO",), 2: ("LEFT", "RIGHT")}


@dataclass(frozen=True, slots=True)
class BroadcastInfo:
    """What a broadcast WAV says of itself."""

    project: str
    """The film's title."""
    name: str
    """What is in the file: `music`."""
    rate: Fraction
    """Of the film, in frames a second."""
    time_reference: int
    """Samples between midnight and the first one."""
    drop_frame: bool = False
    integrated_lufs: float | None = None
    range_lu: float | None = None
    true_peak_dbtp: float | None = None
    momentary_max_lufs: float | None = None
    short_term_max_lufs: float | None = None


def write_bwf(
    out: Path, blocks: Iterable[bytes], info: BroadcastInfo, *, samples: int, channels: int, sample_rate: int
) -> None:
    """Write 24-bit PCM, given in `blocks`, with its chunks. The caller publishes `out`.

    Raises `VerifyError` when the blocks are not `samples` long, `DiskFull`, `OutputError`.
    """
    size = samples * channels * BITS // 8
    written = 0
    with disk_errors(out), open(out, "wb") as file:
        file.write(wav_head(info, samples=samples, channels=channels, sample_rate=sample_rate))
        for block in blocks:
            written += file.write(block)
        file.write(b"\0" * (size % 2))
    if written != size:
        raise VerifyError(
            f"{info.name}: {written} bytes of sound came where {size} were planned; it was not published."
        )


def wav_head(info: BroadcastInfo, *, samples: int, channels: int, sample_rate: int) -> bytes:
    """Everything before the first sample of a file that holds nothing after its last one."""
    frame_bytes = channels * BITS // 8
    size = samples * frame_bytes
    layout = _layout(channels, sample_rate)
    described = (
        _chunk(b"bext", _bext(info, channels, sample_rate))
        + _chunk(b"fmt ", layout)
        + _chunk(b"iXML", ixml(info, channels=channels, sample_rate=sample_rate).encode())
    )
    reserved = 8 + 28
    whole = 4 + reserved + len(described) + 8 + size + size % 2
    if whole <= _RIFF_LIMIT:
        return (
            b"RIFF" + whole.to_bytes(4, "little") + b"WAVE" + _chunk(b"JUNK", bytes(28))
            + described + b"data" + size.to_bytes(4, "little")
        )  # fmt: skip
    unset = b"\xff" * 4
    sizes = struct.pack("<QQQI", whole, size, samples, 0)
    return b"RF64" + unset + b"WAVE" + _chunk(b"ds64", sizes) + described + b"data" + unset


def _layout(channels: int, sample_rate: int) -> bytes:
    """What `fmt ` says; of more than two channels also where their loudspeakers are."""
    kind = _PCM if channels <= 2 else _EXTENSIBLE
    frame_bytes = channels * BITS // 8
    plain = struct.pack("<HHIIHH", kind, channels, sample_rate, sample_rate * frame_bytes, frame_bytes, BITS)
    if kind == _PCM:
        return plain
    return plain + struct.pack("<HHI", 22, BITS, _LOUDSPEAKERS.get(channels, 0)) + _PCM_GUID


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def _bext(info: BroadcastInfo, channels: int, sample_rate: int) -> bytes:
    loudness = (
        info.integrated_lufs, info.range_lu, info.true_peak_dbtp, info.momentary_max_lufs, info.short_term_max_lufs,
    )  # fmt: skip
    mode = {1: "mono", 2: "stereo"}.get(channels, "multitrack")
    history = f"A=PCM,F={sample_rate},W={BITS},M={mode},T=stitcher {__version__}\r\n"
    return (
        _BEXT.pack(
            _ascii(f"{info.project}: {info.name}", 256),
            _ascii("stitcher", 32),
            b"",
            b"",
            b"",
            info.time_reference,
            2,
            b"",
            *(_UNKNOWN if value is None else round(value * 100) for value in loudness),
        )
        + history.encode()
    )


def _ascii(text: str, most: int) -> bytes:
    """As far as ASCII has it, which is all that `bext` has; iXML has the whole."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore")
    return plain[:most]


def ixml(info: BroadcastInfo, *, channels: int, sample_rate: int) -> str:
    """The iXML document: project, rates, the same time reference, and a track for each channel."""
    rate = format_rate(info.rate)
    rate = rate if "/" in rate else f"{rate}/1"
    high, low = divmod(info.time_reference, 1 << 32)
    values = {
        "NOTE": "",
        "MASTER_SPEED": rate,
        "CURRENT_SPEED": rate,
        "TIMECODE_RATE": rate,
        "TIMECODE_FLAG": "DF" if info.drop_frame else "NDF",
        "FILE_SAMPLE_RATE": sample_rate,
        "AUDIO_BIT_DEPTH": BITS,
        "DIGITIZER_SAMPLE_RATE": sample_rate,
        "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI": high,
        "TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO": low,
        "TIMESTAMP_SAMPLE_RATE": sample_rate,
    }
    speed = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    names = _SIDES.get(channels, tuple(f" {number}" for number in range(1, channels + 1)))
    functions = _FUNCTIONS.get(channels, ("",) * channels)
    tracks = "".join(
        f"<TRACK><CHANNEL_INDEX>{number}</CHANNEL_INDEX><INTERLEAVE_INDEX>{number}</INTERLEAVE_INDEX>"
        f"<NAME>{_xml(info.name + side)}</NAME><FUNCTION>{function}</FUNCTION></TRACK>"
        for number, (side, function) in enumerate(zip(names, functions, strict=True), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<BWFXML><IXML_VERSION>2.10</IXML_VERSION><PROJECT>{_xml(info.project)}</PROJECT>"
        f"<NOTE>{_xml(info.name)}</NOTE><SPEED>{speed}</SPEED>"
        f"<TRACK_LIST><TRACK_COUNT>{channels}</TRACK_COUNT>{tracks}</TRACK_LIST></BWFXML>\n"
    )


def _xml(text: str) -> str:
    """Text for XML, without the characters that XML has no way to write."""
    return escape("".join(letter for letter in text if letter.isprintable()))
