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
class _PictureStream:
    """The packets of a file's picture stream, in decode order."""

    path: Path
    demuxer: str
    stamps: tuple[int | None, ...]
    shown: tuple[int, ...]
    """Which picture each becomes; -1 for those that are not shown."""
    starts: tuple[int, ...]
    """Packets at which decoding can begin."""

    def windows(self, around: Sequence[int], reach: tuple[int, int]) -> list[tuple[int, int]]:
        """From and to which packet to decode, for each neighbourhood of frames."""
        packet_of = {shown: number for number, shown in enumerate(self.shown) if shown >= 0}
        total = len(self.shown)
        windows: list[tuple[int, int]] = []
        for frame in sorted(set(around)):
            middle = packet_of.get(min(max(frame, 0), len(packet_of) - 1), 0)
            begin = max((start for start in self.starts if start <= max(0, middle - reach[0])), default=0)
            end = min(total, middle + reach[1])
            if windows and begin <= windows[-1][1]:
                windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
            else:
                windows.append((begin, end))
        return windows

    def decode(self, begin: int, end: int) -> int:
        """How many pictures come out of those packets, from the first on where seeking does not lead to them."""
        with opened_at(
            self.path,
            self.demuxer,
            lambda container: _picture(self.path, container),
            packet=begin,
            stamp=self.stamps[begin] if self.stamps else None,
            stamps=self.stamps,
            options=_STRICT | without_analysis(self.demuxer),
        ) as (stream, packets, first):
            return self._count(stream, packets, range(first, end))

    def _count(self, stream: AvVideo, packets: Iterator[Packet[Any]], window: range) -> int:
        stream.codec_context.options = _STUFFED if decoding(stream.codec_context.name).stuffed else _STRICT
        stream.codec_context.copy_opaque = True
        if len(window) <= _SHORT:
            # Starting threads would take longer than they help.
            stream.codec_context.thread_count = 1
        count, number = 0, window.start
        for packet in packets:
            if packet.size and number >= window.stop:
                # What the decoder still holds needs packets behind the window; it is not asked for.
                break
            if packet.size:
                # A list, because PyAV confuses equal small numbers of decoders that run at the same time.
                packet.opaque = [number]
                number += 1
            try:
                decoded = packet.decode()
            except av.FFmpegError as exc:
                at = self.shown[number - 1]
                raise MediaBroken(
                    self.path, f"cannot be decoded at or just before frame {at} ({exc.strerror or exc})."
                ) from exc
            for frame in decoded:
                if isinstance(frame, VideoFrame):
                    if frame.is_corrupt:
                        origin = frame.opaque
                        at = self.shown[origin[0]] if isinstance(origin, list) else count
                        raise MediaBroken(self.path, f"is damaged at frame {at}.")
                    count += 1
        return count


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
    pictures = _scan(path, container, on_packet)
    count = sum(shown >= 0 for shown in pictures.shown)
    if around is None:
        decoded = pictures.decode(0, len(pictures.shown))
        if decoded != count:
            raise MediaBroken(path, f"holds {count} frames, of which {decoded} can be decoded.")
        return count
    windows = pictures.windows(around, reach)
    with ThreadPoolExecutor(min(_WORKERS, max(1, len(windows)))) as pool:
        for future in [pool.submit(pictures.decode, *window) for window in windows]:
            future.result()
    return count


def _picture(path: Path, opened_file: InputContainer) -> AvVideo:
    for stream in picture_streams(opened_file):
        if stream.codec_context is not None:
            return stream
    raise MediaBroken(path, "holds no picture that can be decoded.")


def _scan(path: Path, demuxer: str, on_packet: Callable[[Packet[Any]], None] | None) -> _PictureStream:
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
    return _PictureStream(path, demuxer, tuple(stamps), display_order(times, len(stamps)), tuple(starts))
