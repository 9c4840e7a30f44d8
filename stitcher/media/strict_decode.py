"""Strict decoding, the proof that a file is whole: every packet looked at, and every doubt of the decoder an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken
from stitcher.formats.codecs import NAL_CODECS, decoding
from stitcher.media import nal
from stitcher.media.container import opened, picture_streams, without_analysis
from stitcher.media.packets import display_order
from stitcher.media.seek import opened_at
from stitcher.media.threads import cores

_WORKERS = min(2, cores())
"""Neighbourhoods decoded side by side; each holds a decoder's pictures."""

_SHORT = 4
"""Packets of a neighbourhood that one thread decodes."""

_STRICT = {"err_detect": "crccheck+bitstream+buffer+explode"}
_STUFFED = {"err_detect": "crccheck+buffer+explode"}


@dataclass(frozen=True, slots=True)
class _Order:
    """The packets of the picture stream, in decode order."""

    stamps: tuple[int | None, ...]
    shown: tuple[int, ...]
    """Which picture each becomes; -1 for those that are not shown."""
    starts: tuple[int, ...]
    """Packets at which decoding can begin."""


def strict_decode(
    path: Path | str,
    container: str,
    *,
    around: Sequence[int] | None = None,
    reach: tuple[int, int] = (4, 24),
    on_packet: Callable[[Packet[Any]], None] | None = None,
) -> int:
    """Decode the picture stream and return how many pictures the file shows.

    `container` is the demuxer to force. Every packet is read and its structure checked; `around` limits the
    decoding to the neighbourhood of those frames (display order), each from the clean start `reach[0]` packets or
    more before it to `reach[1]` packets behind it. `on_packet` is given every packet of the picture, in order, before
    anything is decoded; what it raises ends the proof. Raises `MediaBroken` with the number of the first bad frame.
    """
    path = Path(path)
    order = _scan(path, container, on_packet)
    count = sum(shown >= 0 for shown in order.shown)
    if around is None:
        decoded = _decode(path, container, order, 0, len(order.shown))
        if decoded != count:
            raise MediaBroken(path, f"holds {count} frames, of which {decoded} can be decoded.")
        return count
    windows = _windows(order, around, reach)
    with ThreadPoolExecutor(min(_WORKERS, max(1, len(windows)))) as pool:
        for future in [pool.submit(_decode, path, container, order, *window) for window in windows]:
            future.result()
    return count


def _picture(path: Path, opened_file: InputContainer) -> AvVideo:
    for stream in picture_streams(opened_file):
        if stream.codec_context is not None:
            return stream
    raise MediaBroken(path, "holds no picture that can be decoded.")


def _scan(path: Path, demuxer: str, on_packet: Callable[[Packet[Any]], None] | None) -> _Order:
    stamps: list[int | None] = []
    hidden: list[bool] = []
    starts: list[int] = []
    with opened(path, demuxer, options=without_analysis(demuxer)) as container:
        stream = _picture(path, container)
        codec = stream.codec_context.codec.canonical_name
        framing = nal.framing(codec, stream.codec_context.extradata or b"") if codec in NAL_CODECS else None
        for packet in container.demux(stream):
            if not packet.size:
                continue
            number = len(stamps)
            if on_packet is not None:
                on_packet(packet)
            if packet.is_corrupt:
                raise MediaBroken(path, f"is damaged or cut off at frame {number}: a packet is not whole.")
            clean, real = packet.is_keyframe, True
            if framing is not None:
                unit = nal.read_packet(bytes(packet), framing)
                if unit.fault:
                    raise MediaBroken(path, f"is damaged in frame {number} (decode order): {unit.fault}.")
                clean, real = unit.start == "idr", unit.picture
            if clean:
                starts.append(number)
            stamps.append(packet.pts)
            hidden.append(packet.is_discard or not real)
    if not stamps:
        raise MediaBroken(path, "holds no frame.")
    times = {
        number: number if stamp is None else stamp
        for number, stamp in enumerate(stamps)
        if not hidden[number]
    }
    return _Order(tuple(stamps), display_order(times, len(stamps)), tuple(starts))


def _windows(order: _Order, around: Sequence[int], reach: tuple[int, int]) -> list[tuple[int, int]]:
    packet_of = {shown: number for number, shown in enumerate(order.shown) if shown >= 0}
    total = len(order.shown)
    windows: list[tuple[int, int]] = []
    for frame in sorted(set(around)):
        middle = packet_of.get(min(max(frame, 0), len(packet_of) - 1), 0)
        begin = max((start for start in order.starts if start <= max(0, middle - reach[0])), default=0)
        end = min(total, middle + reach[1])
        if windows and begin <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((begin, end))
    return windows


def _decode(path: Path, demuxer: str, order: _Order, begin: int, end: int) -> int:
    with opened_at(
        path,
        demuxer,
        lambda container: _picture(path, container),
        packet=begin,
        stamp=order.stamps[begin] if order.stamps else None,
        stamps=order.stamps,
        options=_STRICT | without_analysis(demuxer),
    ) as (stream, packets, first):
        return _run(path, stream, packets, order, first, end)


def _run(
    path: Path, stream: AvVideo, packets: Iterator[Packet[Any]], order: _Order, begin: int, end: int
) -> int:
    stream.codec_context.options = _STUFFED if decoding(stream.codec_context.name).stuffed else _STRICT
    stream.codec_context.copy_opaque = True
    if end - begin <= _SHORT:
        # Starting threads would take longer than they help.
        stream.codec_context.thread_count = 1
    count, number = 0, begin
    for packet in packets:
        if packet.size and number >= end:
            # What the decoder still holds needs packets behind the window; it is not asked for.
            break
        if packet.size:
            # A list, because PyAV confuses equal small numbers of decoders that run at the same time.
            packet.opaque = [number]
            number += 1
        try:
            decoded = packet.decode()
        except av.FFmpegError as exc:
            at = order.shown[number - 1]
            raise MediaBroken(
                path, f"cannot be decoded at or just before frame {at} ({exc.strerror or exc})."
            ) from exc
        for frame in decoded:
            if isinstance(frame, VideoFrame):
                if frame.is_corrupt:
                    origin = frame.opaque
                    at = order.shown[origin[0]] if isinstance(origin, list) else count
                    raise MediaBroken(path, f"is damaged at frame {at}.")
                count += 1
    return count
