"""Demux a file once: time stamps, keyframes and damage of its packets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream as AvAudio
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.formats.codecs import NAL_CODECS, decoding
from stitcher.formats.containers import FileFormat
from stitcher.media import nal
from stitcher.media.clip import KeyFrame, KeyKind
from stitcher.media.container import fraction, opened
from stitcher.media.decoder_config import SetsWalk
from stitcher.media.image_header import own_header
from stitcher.media.limits import Limits

_MOST_LEADING = 16
"""No codec holds more pictures back."""
_SILENT_PACKETS = 8
"""Packets nothing may come out of before the question what a sound begins with is given up."""


@dataclass(slots=True)
class Packets:
    """What the packets of the picture stream say, in decode order."""

    pts: list[int | None] = field(default_factory=list)
    dts: list[int | None] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)
    hidden: list[bool] = field(default_factory=list)
    pictures: list[bool] = field(default_factory=list)
    keys: list[KeyFrame] = field(default_factory=list)
    settings: str = ""
    set_changes: list[int] = field(default_factory=list)
    restarts: list[int] = field(default_factory=list)
    own_header: bytes | None = None
    undecodable: int = 0
    first_frame: VideoFrame | None = None


@dataclass(slots=True)
class AudioExtent:
    """When the sound of one stream begins and ends, by its packets."""

    first: int | None = None
    end: int | None = None
    first_heard: tuple[int, Fraction] | None = None
    """Time stamp of the first sample that comes out of the decoder, and how many seconds come out with it."""
    _decoded: int = 0

    def add(self, packet: Packet[Any]) -> None:
        if self.first_heard is None and self._decoded < _SILENT_PACKETS:
            self._decoded += 1
            self._decode(packet)
        if packet.pts is None:
            return
        if self.first is None:
            self.first = packet.pts
        self.end = max(self.end or packet.pts, packet.pts + (packet.duration or 0))

    def _decode(self, packet: Packet[Any]) -> None:
        # Whether the sound is damaged is found out when it is mixed.
        with contextlib.suppress(av.FFmpegError):
            for frame in packet.decode():
                if isinstance(frame, AudioFrame) and frame.pts is not None and self.first_heard is None:
                    self.first_heard = frame.pts, Fraction(frame.samples, frame.sample_rate)


def codec_name(stream: AvVideo | AvAudio) -> str:
    """FFmpeg's name of the codec, such as `h264`."""
    # Not the decoder's name: that is libdav1d for AV1 and mp3float for MP3.
    return str(stream.codec_context.codec.canonical_name)


def is_intra_only(stream: AvVideo) -> bool:
    """Whether every picture of this codec stands alone."""
    return stream.codec_context.codec.intra_only or decoding(codec_name(stream)).intra


def display_order(times: Mapping[int, int], packets: int) -> tuple[int, ...]:
    """For each of so many packets, in decode order, which picture (display order) it becomes; -1 for one that is not
    shown, and so has no presentation time among `times`.
    """
    display = [-1] * packets
    for position, number in enumerate(sorted(times, key=times.__getitem__)):
        display[number] = position
    return tuple(display)


def refuse_corrupt(path: Path, packet: Packet[Any]) -> None:
    if packet.is_corrupt:
        raise MediaBroken(path, "is damaged or cut off: a packet is not whole. Download or export it again.")


def within_length(path: Path, packets: Iterator[Packet[Any]], limits: Limits) -> Iterator[Packet[Any]]:
    """The packets, as long as none lies further behind the first of its stream than a file may last.

    Not what the header says: the clock of a file may begin at any hour.
    """
    latest: dict[int, tuple[int, int]] = {}
    for packet in packets:
        if packet.pts is not None and packet.time_base:
            if packet.stream_index not in latest:
                most = int(limits.max_seconds / fraction(packet.time_base))
                latest[packet.stream_index] = (packet.pts, packet.pts + most)
            first, last = latest[packet.stream_index]
            if packet.pts > last:
                limits.check_length(path, float((packet.pts - first) * fraction(packet.time_base)))
        yield packet


def read_packets(
    path: Path, container: InputContainer, picture: AvVideo, sounds: dict[int, AudioExtent], limits: Limits
) -> Packets:
    packets = Packets()
    codec = codec_name(picture)
    header = picture.codec_context.extradata or b""
    framing = nal.framing(codec, header) if codec in NAL_CODECS else None
    walk = SetsWalk(codec, header)
    intra = is_intra_only(picture)
    picture.thread_type = "NONE"
    others = [stream for stream in container.streams if stream.index in sounds]
    for packet in within_length(path, container.demux([picture, *others]), limits):
        if not packet.size:
            continue
        if packet.stream_index != picture.index:
            sounds[packet.stream_index].add(packet)
            continue
        number = len(packets.pts)
        if packet.is_corrupt:
            promised = picture.frames
            of_all = f" of {promised} promised" if promised > number else ""
            raise MediaBroken(
                path,
                f"is damaged or cut off at frame {number}: {number} whole frames were found{of_all}. "
                "Download or export it again.",
            )
        if framing is None:
            _add_packet(path, packets, packet, codec, intra)
        else:
            _add_nal_packet(path, packets, packet, framing, walk)
        if packets.first_frame is None:
            packets.first_frame = _first_frame(packet) or _drained(picture)
    if packets.first_frame is None:
        flushed = picture.decode(None)
        packets.first_frame = flushed[0] if flushed else None
    if not packets.pts or packets.first_frame is None:
        raise MediaBroken(path, "has a video stream without frames; download or export it again.")
    return packets


def repair_times(path: Path, kind: FileFormat, picture: AvVideo, packets: Packets) -> None:
    """Hide pictures that no decoder can show, and find the presentation times that the container does not tell.

    Raises `MediaBroken` where decoding does not tell them either.
    """
    _leave_out_undecodable(path, kind, picture.index, packets)
    guessed = not kind.has_times and codec_name(picture) in NAL_CODECS
    if guessed:
        # AVI has no place for presentation times, and what FFmpeg fills in is wrong for H.264 and HEVC.
        packets.pts = list(packets.dts)
    if None in packets.pts or (guessed and picture.codec_context.has_b_frames):
        _recover_pts_by_decoding(path, kind, picture.index, packets)


def _leave_out_undecodable(path: Path, kind: FileFormat, index: int, packets: Packets) -> None:
    """Hide the pictures at the beginning that no decoder can show.

    A file cut out of a stream may begin before a key picture, or at one behind which pictures are stored that are shown
    before it and refer to what was cut off. Which of them come out, FFmpeg's decoder is asked.
    """
    doubtful = _before_first_key(packets)
    if not doubtful:
        return
    for number in _decoded(path, kind.demuxer, index, lenient=True):
        if number not in doubtful and not packets.hidden[number]:
            break
        doubtful.discard(number)
    _hide(packets, doubtful)


def _hide(packets: Packets, undecodable: set[int]) -> None:
    for number in undecodable:
        packets.hidden[number] = True
        # Matroska cannot say it of pictures before its beginning, and nobody will ask.
        packets.pts[number] = packets.pts[number] or 0
    packets.undecodable += len(undecodable)


def _before_first_key(packets: Packets) -> set[int]:
    """Packets of pictures stored or shown before the first key picture, where that is no clean start."""
    if not packets.keys or (stamp := packets.pts[packets.keys[0].packet]) is None:
        return set()
    key = packets.keys[0]
    numbers = list(range(key.packet))
    if key.kind != "idr":
        behind = range(key.packet + 1, len(packets.pts))
        later = next((n for n in behind if (packets.pts[n] or stamp) > stamp), None)
        numbers += range(key.packet + 1, later) if later is not None else ()
    return {number for number in numbers if packets.pictures[number] and not packets.hidden[number]}


def _recover_pts_by_decoding(path: Path, kind: FileFormat, index: int, packets: Packets) -> None:
    shown = list(_decoded(path, kind.demuxer, index))
    stamps = sorted(
        stamp for stamp in (packets.dts if None in packets.pts else packets.pts) if stamp is not None
    )
    expected = sum(real and not hidden for real, hidden in zip(packets.pictures, packets.hidden, strict=True))
    complete = len(stamps) == len(packets.pts)
    lost = set(range(len(packets.pts))) - set(shown)
    if complete and lost and _is_around_first_key(packets, lost):
        _hide(packets, lost)
        stamps, expected = stamps[len(lost) :], expected - len(lost)
    if not (complete and len(stamps) == len(set(shown)) == len(shown) == expected):
        raise MediaBroken(
            path,
            f"does not tell when its frames are shown, and of {expected} frames {len(set(shown))} can be decoded; "
            "encode it again.",
        )
    for stamp, number in zip(stamps, shown, strict=True):
        packets.pts[number] = stamp


def _is_around_first_key(packets: Packets, lost: set[int]) -> bool:
    """Whether these packets lie as those before a key picture, and those shown before it, do in files without times."""
    if not packets.keys or packets.keys[0].kind == "idr":
        return False
    key, last = packets.keys[0].packet, max(lost)
    return last <= key + _MOST_LEADING and lost | {key} == set(range(max(key, last) + 1))


def _decoded(path: Path, demuxer: str, index: int, *, lenient: bool = False) -> Iterator[int]:
    """The packets that become pictures, by number, in the order in which a decoder shows them.

    With `lenient`, packets that the decoder refuses are passed over.
    """
    with opened(path, demuxer) as container:
        stream = container.streams[index]
        if not isinstance(stream, AvVideo):
            raise MediaRefused(path, "was changed while it was read; run again.")
        stream.codec_context.copy_opaque = True
        # As in `frames`: no thread may hold a packet's `opaque`.
        stream.thread_type = "SLICE"
        number = 0
        for packet in container.demux(stream):
            if packet.size:
                # A list, because PyAV confuses equal small numbers of decoders that run at the same time.
                packet.opaque = [number]
                number += 1
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                if not lenient:
                    raise
                continue
            yield from (frame.opaque[0] for frame in frames if isinstance(frame.opaque, list))


def _drained(picture: AvVideo) -> VideoFrame | None:
    """What the decoder holds back, ready for the next packet: one decoded picture tells all that is asked."""
    held = picture.decode(None)
    picture.codec_context.flush_buffers()
    return held[0] if held else None


def _first_frame(packet: Packet[Any]) -> VideoFrame | None:
    for frame in packet.decode():
        if isinstance(frame, VideoFrame):
            return frame
    return None


def _add_packet(path: Path, packets: Packets, packet: Packet[Any], codec: str, intra: bool) -> None:
    number = len(packets.pts)
    header = own_header(codec, memoryview(packet))
    if header is not None and packets.own_header not in (None, header):
        if decoding(codec).loses_at_changes:
            raise MediaRefused(
                path,
                f"changes the size of its pictures at frame {number}, where FFmpeg's decoder loses one; cut it there, "
                "or convert it to MP4 (H.264) first.",
            )
        packets.set_changes.append(number)
    packets.own_header = header or packets.own_header
    kind: KeyKind | None = None
    if intra or (packet.is_keyframe and decoding(codec).clean_keys):
        kind = "idr"
    elif packet.is_keyframe:
        kind = "i"
    _add(packets, packet, kind)


def _add_nal_packet(
    path: Path, packets: Packets, packet: Packet[Any], framing: nal.Framing, walk: SetsWalk
) -> None:
    number = len(packets.pts)
    data = bytes(packet)
    unit = nal.read_packet(data, framing)
    if unit.fault:
        raise MediaBroken(
            path,
            f"is damaged in frame {number} (decode order): {unit.fault}. Download or export it again.",
        )
    # A file may hold several headers; FFmpeg hands over each with the first packet it is for.
    header = bytes(packet.get_sidedata("new_extradata")) if packet.has_sidedata("new_extradata") else b""
    changed = bool(header) and walk.take_record(header)
    changed = walk.take(unit.sets) or changed
    kind: KeyKind | None = unit.start or ("i" if packet.is_keyframe and unit.picture else None)
    if changed:
        packets.set_changes.append(number)
    if packets.set_changes and kind is not None and walk.is_complete(unit.sets):
        packets.restarts.append(number)
    if not packets.settings and number < 3:
        packets.settings = nal.encoder_settings(data)
    _add(packets, packet, kind, unit.picture)


def _add(packets: Packets, packet: Packet[Any], kind: KeyKind | None, has_picture: bool = True) -> None:
    if kind is not None:
        packets.keys.append(KeyFrame(len(packets.pts), kind))
    packets.pts.append(packet.pts)
    packets.dts.append(packet.dts)
    packets.hidden.append(packet.is_discard)
    packets.durations.append(packet.duration or 0)
    packets.pictures.append(has_picture)
