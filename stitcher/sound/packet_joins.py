"""AAC encoded in stretches, each by a run of the encoder of its own, and joined at packets.

    packets  0 ........... cut ........... cut .......... film
    first    [=============|·]                            fed a little beyond its cut
    second              [··|===============|·]            fed from a little before the one it begins at
    third                               [··|=============]

An AAC packet overlaps with its neighbours, and those of another run of the encoder fit as well as its own do, as long
as the kinds of windows go on as they began: an encoder that was given a little of what came before settles on the
same kinds, and the join is made where both say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
PACKET_SAMPLES = 1024
GRID_PACKETS = 960
"""Of a stretch: 20 s at 48 kHz. A longer run-in than this would cost more than all else."""
LONG_GRID_PACKETS = 3 * GRID_PACKETS
"""Of a stretch of a long film, of which even a long one is a small part, and which has run-ins enough."""
LONG_FILM_PACKETS = 15 * GRID_PACKETS
RUN_IN_PACKETS = 240
"""A stretch is fed from so far before its cut (5 s at 48 kHz): for the first seconds the encoder's rate control finds
its level, and gives a few packets fewer bits than it would later. Every 256th packet of a run begins with the
encoder's name, not with a window."""
RUN_OUT_PACKETS = 16
"""A stretch is fed until so far behind its last cut, and the join is looked for up to there."""
_UNSETTLED = 3
"""The last packets of a run look ahead into silence."""

_SINGLE, _PAIR = 0, 1


@dataclass(frozen=True, slots=True)
class EncoderRun:
    """One run of the encoder: packets of the whole, half-open, between two cuts."""

    start: int
    stop: int
    last: bool
    """Whether it goes on to the film's end, wherever that is in its last packet."""

    @property
    def ahead(self) -> int:
        """Packets of the whole that come before the first this run makes."""
        return max(0, self.start - RUN_IN_PACKETS)

    def span(self, samples: int) -> tuple[int, int]:
        """Which samples it is fed, half-open, of so many."""
        stop = samples if self.last else (self.stop + RUN_OUT_PACKETS) * PACKET_SAMPLES
        return self.ahead * PACKET_SAMPLES, stop


@dataclass(frozen=True, slots=True)
class EncodedRun:
    """What a run made, and the kinds of its windows from its first cut and from its last one on."""

    run: EncoderRun
    path: Path
    head: tuple[int | None, ...]
    tail: tuple[int | None, ...]


def cuts_of(samples: int) -> tuple[int, ...]:
    """Between which packets a sound of that many samples is cut: a fixed grid, but for a rest too short to stand
    alone."""
    packets = samples // PACKET_SAMPLES
    grid = GRID_PACKETS if packets <= LONG_FILM_PACKETS else LONG_GRID_PACKETS
    return tuple(range(grid, packets - grid // 2 + 1, grid))


def runs_between(cuts: Sequence[int], samples: int) -> tuple[EncoderRun, ...]:
    """The runs of the encoder for a sound of that many samples."""
    ends = [*cuts, -(-samples // PACKET_SAMPLES)]
    return tuple(
        EncoderRun(start, stop, last=number == len(cuts))
        for number, (start, stop) in enumerate(zip([0, *cuts], ends, strict=True))
    )


def join_of(first: EncodedRun, second: EncodedRun) -> int | None:
    """The first packet of the whole that comes from the second of two runs; `None` where they do not fit."""
    kinds = list(zip(first.tail, second.head, strict=False))
    for number in range(1, len(kinds)):
        # A packet is shaped by the window before it, too.
        if all(one is not None and one == other for one, other in kinds[number - 1 : number + 1]):
            return second.run.start + number
    return None


def windows_of(
    path: Path, file: SoundFile, run: EncoderRun
) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
    """The kinds of windows from a run's first cut and from its last on, as far as a join is looked for.

    Raises `VerifyError` when the run cannot be read back.
    """
    reach = RUN_OUT_PACKETS - _UNSETTLED
    head: list[int | None] = []
    tail: list[int | None] = []
    for number, packet in _numbered(path, file, run.ahead):
        for start, kinds in ((run.start, head), (run.stop, tail)):
            if start <= number < start + reach:
                kinds.append(window_of(packet))
    return tuple(head), tuple(tail)


def write_joined(
    runs: Sequence[EncodedRun], joins: Sequence[int], out: Path, file: SoundFile, *, edit_list: bool
) -> None:
    """Write the packets of all runs to `out`, from join to join.

    `edit_list` is whether the runs have one. Raises `VerifyError` when a run cannot be read back.
    """
    with muxing(out, file.muxer, _options(file, edit_list)) as whole:
        stream: Any = None
        origin = 0
        for encoded, first, last in zip(runs, [0, *joins], [*joins, None], strict=True):
            for number, packet in _numbered(encoded.path, file, encoded.run.ahead):
                if number < first or (last is not None and number >= last):
                    continue
                if stream is None:
                    stream, origin = (
                        whole.add_stream_from_template(packet.stream, opaque=True),
                        packet.pts or 0,
                    )
                packet.pts = packet.dts = origin + number * PACKET_SAMPLES
                packet.stream = stream
                whole.mux(packet)


def _options(file: SoundFile, edit_list: bool) -> dict[str, str]:
    options = {name: str(value) for name, value in file.options}
    return options if edit_list else options | {"use_editlist": "0"}


def _numbered(path: Path, file: SoundFile, ahead: int) -> Iterator[tuple[int, Packet[Any]]]:
    """Packets with their numbers in the whole."""
    try:
        with opened(path, file.demuxer) as source:
            packets = source.demux(source.streams.audio[0])
            yield from enumerate((packet for packet in packets if packet.size), start=ahead)
    except MediaError as exc:
        raise VerifyError(f"The encoded sound cannot be read back ({exc}); it was not published.") from exc


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
