"""Demux a file once: time stamps, keyframes and damage of its packets."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
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

    def add(self, packet: Packet[Any], kind: KeyKind | None, *, has_picture: bool = True) -> None:
        if kind is not None:
            self.keys.append(KeyFrame(len(self.pts), kind))
        self.pts.append(packet.pts)
        self.dts.append(packet.dts)
        self.hidden.append(packet.is_discard)
        self.durations.append(packet.duration or 0)
        self.pictures.append(has_picture)

    @property
    def shown(self) -> list[bool]:
        """For each packet, whether players show a picture of it."""
        return [picture and not hidden for picture, hidden in zip(self.pictures, self.hidden, strict=True)]

    def hide(self, undecodable: set[int]) -> None:
        """Show nothing of pictures that cannot be decoded."""
        for number in undecodable:
            self.hidden[number] = True
            # Matroska cannot say it of pictures before its beginning, and nobody will ask.
            self.pts[number] = self.pts[number] or 0
        self.undecodable += len(undecodable)

    def before_first_key(self) -> set[int]:
        """Pictures stored or shown before the first key picture, where that is no clean start."""
        if not self.keys or (stamp := self.pts[self.keys[0].packet]) is None:
            return set()
        key, shown = self.keys[0], self.shown
        numbers = list(range(key.packet))
        if key.kind != "idr":
            behind = range(key.packet + 1, len(self.pts))
            later = next((n for n in behind if (self.pts[n] or stamp) > stamp), None)
            numbers += range(key.packet + 1, later) if later is not None else ()
        return {number for number in numbers if shown[number]}

    def are_around_first_key(self, numbers: set[int]) -> bool:
        """Whether packets lie as those before a key picture, and those shown before it, do in files without times."""
        if not self.keys or self.keys[0].kind == "idr":
            return False
        key, last = self.keys[0].packet, max(numbers)
        return last <= key + _MOST_LEADING and numbers | {key} == set(range(max(key, last) + 1))


_FLOAT_SAMPLES = {"pcm_f32le": "<f4", "pcm_f32be": ">f4", "pcm_f64le": "<f8", "pcm_f64be": ">f8"}


@dataclass(slots=True)
class AudioExtent:
    """When the sound of one stream begins and ends, by its packets."""

    first: int | None = None
    end: int | None = None
    first_heard: tuple[int, Fraction] | None = None
    """Time stamp of the first sample that comes out of the decoder, and how many seconds come out with it."""
    padding_samples: int = 0
    """Samples at the end of the last packet that the decoder leaves out and its duration holds all the same."""
    not_finite: bool = False
    """Whether there are float samples that are no numbers."""
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
        name = packet.stream.codec_context.codec.name
        if name.startswith("mp3"):
            skipped = bytes(packet.get_sidedata("skip_samples"))
            self.padding_samples = int.from_bytes(skipped[4:8], "little")
        elif (kind := _FLOAT_SAMPLES.get(name)) and not self.not_finite:
            samples = np.frombuffer(bytes(packet), kind, packet.size // np.dtype(kind).itemsize)
            self.not_finite = not np.isfinite(samples).all()

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


class _PictureReader:
    """Takes the packets of a picture stream, one after the other."""

    def __init__(self, path: Path, picture: AvVideo) -> None:
        self.packets = Packets()
        self._path = path
        self._picture = picture
        self._codec = codec_name(picture)
        header = picture.codec_context.extradata or b""
        self._framing = nal.framing(self._codec, header) if self._codec in NAL_CODECS else None
        self._walk = SetsWalk(self._codec, header)
        self._intra = is_intra_only(picture)

    def add(self, packet: Packet[Any]) -> None:
        number = len(self.packets.pts)
        if packet.is_corrupt:
            promised = self._picture.frames
            of_all = f" of {promised} promised" if promised > number else ""
            raise MediaBroken(
                self._path,
                f"is damaged or cut off at frame {number}: {number} whole frames were found{of_all}. "
                "Download or export it again.",
            )
        if self._framing is None:
            self._add_plain(number, packet)
        else:
            self._add_nal(number, packet, self._framing)
        if self.packets.first_frame is None:
            self.packets.first_frame = _first_frame(packet) or _drained(self._picture)

    def _add_plain(self, number: int, packet: Packet[Any]) -> None:
        packets, decoder = self.packets, decoding(self._codec)
        header = own_header(self._codec, memoryview(packet))
        if header is not None and packets.own_header not in (None, header):
            if decoder.loses_at_changes:
                raise MediaRefused(
                    self._path,
                    f"changes the size of its pictures at frame {number}, where FFmpeg's decoder loses one; cut it "
                    "there, or convert it to MP4 (H.264) first.",
                )
            packets.set_changes.append(number)
        packets.own_header = header or packets.own_header
        clean = self._intra or (packet.is_keyframe and decoder.clean_keys)
        packets.add(packet, "idr" if clean else "i" if packet.is_keyframe else None)

    def _add_nal(self, number: int, packet: Packet[Any], framing: nal.Framing) -> None:
        packets, data = self.packets, bytes(packet)
        unit = nal.read_packet(data, framing)
        if unit.fault:
            raise MediaBroken(
                self._path,
                f"is damaged in frame {number} (decode order): {unit.fault}. Download or export it again.",
            )
        # A file may hold several headers; FFmpeg hands over each with the first packet it is for.
        header = bytes(packet.get_sidedata("new_extradata")) if packet.has_sidedata("new_extradata") else b""
        changed = bool(header) and self._walk.take_record(header)
        changed = self._walk.take(unit.sets) or changed
        kind: KeyKind | None = unit.start or ("i" if packet.is_keyframe and unit.picture else None)
        if changed:
            packets.set_changes.append(number)
        if packets.set_changes and kind is not None and self._walk.is_complete(unit.sets):
            packets.restarts.append(number)
        if not packets.settings and number < 3:
            packets.settings = nal.encoder_settings(data)
        packets.add(packet, kind, has_picture=unit.picture)


def read_packets(
    path: Path,
    container: InputContainer,
    picture: AvVideo,
    *,
    sounds: Mapping[int, AudioExtent],
    limits: Limits,
) -> Packets:
    """All packets of a picture stream and of the sounds beside it, whose extents are measured on the way.

    Raises `MediaBroken` for damage, `MediaRefused` for what is longer than the limits or changes its size.
    """
    reader = _PictureReader(path, picture)
    picture.thread_type = "NONE"
    others = [stream for stream in container.streams if stream.index in sounds]
    for packet in within_length(path, container.demux([picture, *others]), limits):
        if not packet.size:
            continue
        if packet.stream_index == picture.index:
            reader.add(packet)
        else:
            sounds[packet.stream_index].add(packet)
    packets = reader.packets
    if packets.first_frame is None:
        flushed = picture.decode(None)
        packets.first_frame = flushed[0] if flushed else None
    if not packets.pts or packets.first_frame is None:
        raise MediaBroken(path, "has a video stream without frames; download or export it again.")
    return packets


def repair_times(packets: Packets, path: Path, kind: FileFormat, *, picture: AvVideo) -> None:
    """Hide pictures that no decoder can show, and find the presentation times that the container does not tell.

    Raises `MediaBroken` where decoding does not tell them either.
    """
    _leave_out_undecodable(packets, _decoded(path, kind.demuxer, picture.index, lenient=True))
    guessed = not kind.has_times and codec_name(picture) in NAL_CODECS
    if guessed:
        # AVI has no place for presentation times, and what FFmpeg fills in is wrong for H.264 and HEVC.
        packets.pts = list(packets.dts)
    if None in packets.pts or (guessed and picture.codec_context.has_b_frames):
        _recover_pts_by_decoding(packets, path, list(_decoded(path, kind.demuxer, picture.index)))


def _leave_out_undecodable(packets: Packets, decoded: Iterator[int]) -> None:
    """Hide the pictures at the beginning that no decoder can show.

    A file cut out of a stream may begin before a key picture, or at one behind which pictures are stored that are shown
    before it and refer to what was cut off. Which of them come out, FFmpeg's decoder is asked.
    """
    doubtful = packets.before_first_key()
    if not doubtful:
        return
    for number in decoded:
        if number not in doubtful and not packets.hidden[number]:
            break
        doubtful.discard(number)
    packets.hide(doubtful)


def _recover_pts_by_decoding(packets: Packets, path: Path, shown: list[int]) -> None:
    """Give the packets that a decoder has shown, in that order, the stream's time stamps in theirs."""
    stamps = sorted(
        stamp for stamp in (packets.dts if None in packets.pts else packets.pts) if stamp is not None
    )
    expected = sum(packets.shown)
    complete = len(stamps) == len(packets.pts)
    lost = set(range(len(packets.pts))) - set(shown)
    if complete and lost and packets.are_around_first_key(lost):
        packets.hide(lost)
        stamps, expected = stamps[len(lost) :], expected - len(lost)
    if not (complete and len(stamps) == len(set(shown)) == len(shown) == expected):
        raise MediaBroken(
            path,
            f"does not tell when its frames are shown, and of {expected} frames {len(set(shown))} can be decoded; "
            "encode it again.",
        )
    for stamp, number in zip(stamps, shown, strict=True):
        packets.pts[number] = stamp


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
