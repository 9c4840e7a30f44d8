"""An AAC encode made as two halves side by side, joined at a packet.

    samples  0 ........................................ film
    first    [=========================|···]              fed a little beyond the join
    second                        [···|=================]  fed from a little before it

An AAC packet overlaps with its neighbours, and those of another run of the encoder fit as well as its own do, as long
as the kind of window goes on as it began: an encoder that was given a little of what came before settles on the
same kinds, and the join is made where both say so. FFmpeg's encoder uses one core, so a film that is copied, whose
picture takes less time than its sound, is done in half the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stitcher.errors import MediaError, VerifyError
from stitcher.media.container import opened
from stitcher.media.muxing import muxing
from stitcher.sound.mix_file import SoundFile

if TYPE_CHECKING:
    from av.packet import Packet

ENCODER = "aac"
_PACKET_SAMPLES = 1024
_WORTH_PACKETS = 1600
"""Shorter sounds are encoded in less time than a second ffmpeg takes to start and the halves to be joined."""
_WARM_UP_PACKETS = 256
"""The second half is fed from so far before the join (5 s at 48 kHz): for the first seconds the encoder's rate
control finds its level, and gives a few packets fewer bits than it would later."""
_BEYOND_PACKETS = 16
"""The first half is fed until so far behind the join, and the join is looked for up to there."""

_SINGLE, _PAIR = 0, 1


@dataclass(frozen=True, slots=True)
class Halves:
    """Which samples each half is fed, half-open."""

    first: tuple[int, int]
    second: tuple[int, int]

    @property
    def ahead_packets(self) -> int:
        """Packets of the whole that come before the second half's first."""
        return self.second[0] // _PACKET_SAMPLES


def halves_of(samples: int) -> Halves | None:
    """How a sound of that many samples is shared out; `None` where it is not worth while."""
    packets = samples // _PACKET_SAMPLES
    if packets < _WORTH_PACKETS:
        return None
    # Both are fed as much.
    join = (packets + _WARM_UP_PACKETS - _BEYOND_PACKETS) // 2
    return Halves(
        (0, (join + _BEYOND_PACKETS) * _PACKET_SAMPLES),
        ((join - _WARM_UP_PACKETS) * _PACKET_SAMPLES, samples),
    )


def join_halves(
    first: Path, second: Path, halves: Halves, out: Path, file: SoundFile, *, edit_list: bool = True
) -> bool:
    """Write the packets of both halves to `out`; `False`, and nothing is written, where they do not fit.

    `edit_list` is whether the halves have one. Raises `VerifyError` when a half cannot be read back.
    """
    try:
        at = _join(first, second, halves, file)
        if at is None:
            return False
        with muxing(out, file.muxer, _options(file, edit_list)) as whole:
            stream: Any = None
            origin: int | None = None
            for number, packet in _numbered(first, file, 0):
                if number == at:
                    break
                if stream is None:
                    stream, origin = whole.add_stream_from_template(packet.stream, opaque=True), packet.pts
                packet.stream = stream
                whole.mux(packet)
            for number, packet in _numbered(second, file, halves.ahead_packets):
                if number >= at:
                    packet.pts = packet.dts = (origin or 0) + number * _PACKET_SAMPLES
                    packet.stream = stream
                    whole.mux(packet)
    except MediaError as exc:
        raise VerifyError(f"The encoded sound cannot be read back ({exc}); it was not published.") from exc
    return True


def _options(file: SoundFile, edit_list: bool) -> dict[str, str]:
    options = {name: str(value) for name, value in file.options}
    return options if edit_list else options | {"use_editlist": "0"}


def _join(first: Path, second: Path, halves: Halves, file: SoundFile) -> int | None:
    """The first packet of the whole that comes from the second half."""
    begin = halves.ahead_packets + _WARM_UP_PACKETS
    windows = {number: window_of(packet) for number, packet in _numbered(first, file, 0) if number >= begin}
    for number, packet in _numbered(second, file, halves.ahead_packets):
        if number >= begin and number not in windows:
            return None
        window = window_of(packet) if number >= begin else None
        if window is not None and window == windows[number]:
            return number
    return None


def _numbered(path: Path, file: SoundFile, ahead: int) -> Iterator[tuple[int, Packet[Any]]]:
    """Packets with their numbers in the whole."""
    with opened(path, file.demuxer) as source:
        packets = source.demux(source.streams.audio[0])
        yield from enumerate((packet for packet in packets if packet.size), start=ahead)


def window_of(packet: Any) -> int | None:
    """Sequence and shape of a packet's window (ISO/IEC 14496-3, 4.4.2.1 and 4.6.11); `None` where its two channels
    have one each, or it begins with something else than a channel.
    """
    bits = int.from_bytes(bytes(packet)[:4].ljust(4, b"\0"), "big")

    def read(at: int, count: int) -> int:
        return bits >> (32 - at - count) & ((1 << count) - 1)

    element = read(0, 3)
    if element == _PAIR and read(7, 1):
        return read(9, 3)
    if element == _SINGLE:
        return read(16, 3)
    return None
