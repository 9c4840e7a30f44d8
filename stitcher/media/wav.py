"""Reading the samples of WAV files (RIFF, RF64) and of bare floats, in blocks or from anywhere: float, PCM of 16 to 32
bits."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.media.files import opened_file

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

Samples = NDArray[np.float32]
"""`(samples, channels)`, full scale is 1."""

BLOCK = 48_000
_FORMAT = struct.Struct("<HHIIHH")
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_FULL_SCALE_24 = 1 << 23
_BARE_RATE = 48_000
_MOST_BYTES = (1 << 32) - 1024


@dataclass(frozen=True, slots=True)
class WavData:
    """Where the samples of a WAV file are, and of which kind they are."""

    path: Path
    offset: int
    """Of the first sample, in bytes."""
    samples: int
    """A channel's."""
    channels: int
    sample_rate: int
    bits: int
    is_float: bool
    is_pcm: bool = False
    """Whether they are whole numbers; what is neither is compressed."""

    @property
    def frame_bytes(self) -> int:
        """One sample of all channels."""
        return self.channels * self.bits // 8


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, offset and size of each chunk of a RIFF or RF64 file; of `data` in an RF64 file the size in its `ds64`."""
    head = file.read(12)
    if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
        return
    data_bytes = 0
    at = 12
    while len(head := file.read(8)) == 8:
        name, size = head[:4], int.from_bytes(head[4:], "little")
        if name == b"ds64":
            data_bytes = struct.unpack("<QQ", file.read(16))[1]
        if name == b"data" and size == 0xFFFFFFFF and data_bytes:
            size = data_bytes
        yield name, at + 8, size
        at += 8 + size + size % 2
        file.seek(at)


def float_header(path: Path, samples: int, channels: int, rate: int = _BARE_RATE) -> bytes:
    """What stands before so many 32-bit floats of each channel in a WAV file.

    Raises `MediaRefused`, naming what they are of, where they are more than it can hold.
    """
    frame = 4 * channels
    size = samples * frame
    if size > _MOST_BYTES:
        raise MediaRefused(path, "holds more than the 4 GiB that a WAV file can.")
    return b"".join((
        struct.pack("<4sI4s", b"RIFF", 48 + size, b"WAVE"),
        struct.pack("<4sIHHIIHH", b"fmt ", 16, _FLOAT, channels, rate, rate * frame, frame, 32),
        struct.pack("<4sII4sI", b"fact", 4, samples, b"data", size),
    ))  # fmt: skip


def wav_data(path: Path) -> WavData:
    """The samples of a WAV file. Raises `MediaBroken` where it holds fewer than it says, `MediaMissing`."""
    layout: tuple[int, ...] = ()
    with opened_file(path) as file:
        for name, offset, size in chunks(file):
            if name == b"fmt ":
                file.seek(offset)
                layout = _FORMAT.unpack(file.read(_FORMAT.size))
                # The kind of an extensible one is the head of its sub-format.
                kind = (
                    int.from_bytes(file.read(size - _FORMAT.size)[8:10], "little")
                    if layout[0] == _EXTENSIBLE
                    else layout[0]
                )
            elif name == b"data" and layout and offset + size <= path.stat().st_size:
                _, channels, rate, _, frame_bytes, bits = layout
                return WavData(
                    path=path,
                    offset=offset,
                    samples=size // frame_bytes,
                    channels=channels,
                    sample_rate=rate,
                    bits=bits,
                    is_float=kind == _FLOAT,
                    is_pcm=kind == _PCM,
                )
    raise MediaBroken(path, "is no whole WAV file.")


def read_raw(data: WavData) -> Iterator[bytes]:
    """The samples' bytes, a second or so at a time."""
    left = data.samples * data.frame_bytes
    with opened_file(data.path) as file:
        file.seek(data.offset)
        while left and (block := file.read(min(left, BLOCK * data.frame_bytes))):
            left -= len(block)
            yield block


def read_samples(data: WavData) -> Iterator[Samples]:
    """The samples, `BLOCK` of each channel at a time."""
    for block in read_raw(data):
        yield _samples(data, block)


def bare_samples(path: Path, channels: int) -> WavData:
    """A file of nothing but 32-bit floats at 48 kHz. Raises `MediaMissing`."""
    with opened_file(path) as file:
        size = file.seek(0, 2)
    return WavData(path, 0, size // (4 * channels), channels, _BARE_RATE, 32, is_float=True)


def samples_at(data: WavData, start: int, count: int) -> Samples:
    """Up to `count` samples from `start` on; fewer where the file has no more. Raises `MediaMissing`."""
    count = max(0, min(count, data.samples - start))
    with opened_file(data.path) as file:
        file.seek(data.offset + start * data.frame_bytes)
        return _samples(data, file.read(count * data.frame_bytes))


def _samples(data: WavData, block: bytes) -> Samples:
    if data.is_float:
        kind: DTypeLike = "<f4" if data.bits == 32 else "<f8"
        flat = np.frombuffer(block, kind).astype(np.float32, copy=False)
    elif data.bits == 24:
        flat = _from_24_bits(block)
    else:
        flat = np.frombuffer(block, f"<i{data.bits // 8}").astype(np.float32)
        flat *= np.float32(2.0 ** (1 - data.bits))
    return flat.reshape(-1, data.channels)


def _from_24_bits(block: bytes) -> Samples:
    padded = np.zeros((len(block) // 3, 4), np.uint8)
    padded[:, 1:] = np.frombuffer(block, np.uint8).reshape(-1, 3)
    # Shifted back with its sign.
    return ((padded.view("<i4")[:, 0] >> 8) / np.float32(_FULL_SCALE_24)).astype(np.float32)


def to_24_bits(block: Samples) -> bytes:
    """Little-endian 24-bit PCM; what is above full scale is cut off."""
    # A power of two: single floats hold the product, and every whole number up to it, exactly.
    scaled = np.rint(block * np.float32(_FULL_SCALE_24))
    whole = np.clip(scaled, -_FULL_SCALE_24, _FULL_SCALE_24 - 1).astype("<i4")
    return bytes(whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes())
