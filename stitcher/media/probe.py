"""What is in a media file, found out by reading every packet of it; headers are only believed where they agree.

`probe` is the one way a file becomes a `Clip`, `probe_sound` a `Sound`. Both remember what they found.
"""

from __future__ import annotations

import logging
import os
import struct
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream as AvAudio
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.media import memo, nal, rates
from stitcher.media.clip import AudioStream, Clip, Colour, KeyFrame, KeyKind, Sound, VideoStream
from stitcher.media.container import fraction, media_errors, opened
from stitcher.media.extent import Extent, measure
from stitcher.media.files import check_regular, sha256_file
from stitcher.media.limits import Limits
from stitcher.media.sniff import Kind, sniff

__all__ = ["Limits", "probe", "probe_sound"]

_log = logging.getLogger(__name__)

_CLEAN_KEYS = frozenset(("vp8", "vp9", "av1", "theora"))
_NAL_CODECS = frozenset(("h264", "hevc"))
# WAV and AIFF need not name a layout; one and two channels leave no doubt.
_USUAL_LAYOUTS = {"1 channels": "mono", "2 channels": "stereo"}
_FIELD_ORDERS = ("unknown", "progressive", "tt", "bb", "tb", "bt")
_RANGES = (None, "tv", "pc")
# ISO/IEC 23091-2, by the names FFmpeg writes; 2 is "unspecified" in all three.
_PRIMARIES = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020",
    10: "smpte428", 11: "smpte431", 12: "smpte432", 22: "ebu3213",
}  # fmt: skip
_TRANSFERS = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100",
    10: "log316", 11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12",
    16: "smpte2084", 17: "smpte428", 18: "arib-std-b67",
}  # fmt: skip
_MATRICES = {
    0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc",
    10: "bt2020c", 11: "smpte2085", 12: "chroma-derived-nc", 13: "chroma-derived-c", 14: "ictcp",
}  # fmt: skip


def probe(path: Path | str, *, limits: Limits | None = None) -> Clip:
    """The clip in a file. Counted packet by packet; remembered until the file changes.

    `limits` default to `Limits.from_environment()`. Raises `MediaMissing`, `MediaRefused` (not a clip, or above
    a cap) or `MediaBroken` (damaged, cut off).
    """
    caps = limits or Limits.from_environment()
    place = Path(os.path.abspath(path))
    facts = check_regular(place)
    caps.check_size(place, facts.st_size)
    clip = memo.recall_clip(place, facts)
    if clip is None:
        clip = _probe_clip(place, facts.st_size, caps)
        memo.keep_clip(place, facts, clip)
    caps.check_picture(place, clip.video.width, clip.video.height)
    caps.check_length(place, float(clip.duration))
    return clip


def probe_sound(path: Path | str, *, stream: int | None = None, limits: Limits | None = None) -> Sound:
    """One sound stream of a file: the one with that index in the file, or else the first.

    Raises as `probe` does; a file without sound, or without that stream, is refused.
    """
    caps = limits or Limits.from_environment()
    place = Path(os.path.abspath(path))
    facts = check_regular(place)
    caps.check_size(place, facts.st_size)
    heard = memo.recall_sounds(place, facts)
    if heard is None:
        heard = _probe_sounds(place, facts.st_size, caps)
        memo.keep_sounds(place, facts, heard)
    for sound in heard:
        if stream is None or sound.stream.index == stream:
            caps.check_length(place, float(sound.stream.duration or 0))
            return sound
    has = ", ".join(str(sound.stream.index) for sound in heard)
    raise MediaRefused(place, f"has no sound stream {stream}; it has {has}.")


@dataclass(slots=True)
class _Packets:
    """What the packets of the picture stream told, in decode order."""

    pts: list[int | None] = field(default_factory=list)
    dts: list[int | None] = field(default_factory=list)
    last_duration: int = 0
    hidden: list[bool] = field(default_factory=list)
    pictures: list[bool] = field(default_factory=list)
    keys: list[KeyFrame] = field(default_factory=list)
    settings: str = ""
    first_frame: VideoFrame | None = None


@dataclass(slots=True)
class _Heard:
    """What the packets of one sound stream told."""

    first: int | None = None
    end: int | None = None

    def add(self, packet: Packet[Any]) -> None:
        if packet.pts is None:
            return
        if self.first is None:
            self.first = packet.pts
        self.end = max(self.end or packet.pts, packet.pts + (packet.duration or 0))


def _open_kind(place: Path, size: int) -> tuple[Kind, Extent]:
    kind = sniff(place)
    extent = measure(place, kind.demuxer)
    if kind.demuxer == "mov" and not extent.has_header:
        promised = f"{extent.promised:,} bytes or more are promised, " if extent.cut_off else ""
        raise MediaBroken(
            place,
            f"is cut off: its header (moov) is not there ({promised}{size:,} found). "
            "Download or export it again.",
        )
    return kind, extent


def _probe_clip(place: Path, size: int, caps: Limits) -> Clip:
    kind, extent = _open_kind(place, size)
    if kind.holds == "still":
        raise MediaRefused(
            place, f"is {kind.label}, not a clip; use it as a still, or make a clip of it first."
        )
    if kind.holds == "sound":
        raise MediaRefused(
            place, f"is {kind.label} and has no picture; use it as a sound cue, not as a clip."
        )
    with opened(place, kind.demuxer) as container:
        caps.check_streams(place, len(container.streams))
        picture = _picture_stream(place, container, kind)
        context = picture.codec_context
        caps.check_picture(place, context.width, context.height)
        if container.duration is not None:
            caps.check_length(place, container.duration / av.time_base)
        sounds = {
            stream.index: (stream, _Heard())
            for stream in container.streams.audio
            if stream.codec_context is not None
        }
        index = picture.index_entries if kind.demuxer == "mov" else ()
        cut_index = sum(entry.pos + entry.size > size for entry in index)
        if cut_index:
            raise MediaBroken(
                place,
                f"is cut off: it promises {len(index)} frames and holds {len(index) - cut_index}. "
                "Download or export it again.",
            )
        told = _read_packets(place, container, picture, {i: heard for i, (_, heard) in sounds.items()})
        if kind.demuxer == "mov" and len(picture.index_entries) > len(told.pts):
            raise MediaBroken(
                place,
                f"promises {len(picture.index_entries)} frames and holds {len(told.pts)}. "
                "Download or export it again.",
            )
        if extent.cut_off:
            raise MediaBroken(
                place,
                f"is cut off: it promises {extent.promised:,} bytes and holds {size:,} "
                f"({len(told.pts)} frames found). Download or export it again.",
            )
        guessed = kind.demuxer == "avi" and _codec(picture) in _NAL_CODECS
        if None in told.pts or (guessed and picture.codec_context.has_b_frames):
            # AVI has no place for presentation times, and what FFmpeg fills in is wrong for H.264 and HEVC.
            _take_decoded_order(place, kind, picture.index, told)
        video = _video(place, picture, told)
        audio = tuple(_audio(stream, heard) for stream, heard in sounds.values())
    caps.check_length(place, float(Fraction(video.frames) / video.average_rate))
    return Clip(place, sha256_file(place), size, kind.demuxer, video, audio)


def _probe_sounds(place: Path, size: int, caps: Limits) -> tuple[Sound, ...]:
    kind, extent = _open_kind(place, size)
    if kind.holds == "still":
        raise MediaRefused(place, f"is {kind.label} and has no sound; name a sound file.")
    with opened(place, kind.demuxer) as container:
        caps.check_streams(place, len(container.streams))
        heard = {
            stream.index: (stream, _Heard())
            for stream in container.streams.audio
            if stream.codec_context is not None
        }
        if not heard:
            raise MediaRefused(place, f"is {kind.label} without sound; name a file that has some.")
        if container.duration is not None:
            caps.check_length(place, container.duration / av.time_base)
        for packet in container.demux([stream for stream, _ in heard.values()]):
            if packet.size:
                _refuse_corrupt(place, packet)
                heard[packet.stream_index][1].add(packet)
        if all(one.first is None for _, one in heard.values()):
            raise MediaBroken(place, "announces sound but holds none; download or export it again.")
        if extent.cut_off:
            raise MediaBroken(
                place,
                f"is cut off: it promises {extent.promised:,} bytes and holds {size:,}. "
                "Download or export it again.",
            )
        streams = [_audio(stream, one) for stream, one in heard.values()]
    sha256 = sha256_file(place)
    return tuple(Sound(place, sha256, kind.demuxer, stream) for stream in streams)


def _picture_stream(place: Path, container: InputContainer, kind: Kind) -> AvVideo:
    for stream in container.streams.video:
        # A cover in a sound file is announced as a picture stream.
        if stream.disposition & (Disposition.attached_pic | Disposition.still_image):
            continue
        if stream.codec_context is None:
            raise MediaRefused(
                place, "holds a picture of a kind this FFmpeg cannot decode; convert it to MP4 (H.264) first."
            )
        return stream
    if container.streams.audio:
        raise MediaRefused(
            place, f"is {kind.label} with sound and no picture; use it as a sound cue, not as a clip."
        )
    raise MediaRefused(place, f"is {kind.label} without any picture; name a file that has one.")


def _refuse_corrupt(place: Path, packet: Packet[Any]) -> None:
    if packet.is_corrupt:
        raise MediaBroken(place, "is damaged or cut off: a packet is not whole. Download or export it again.")


def _read_packets(
    place: Path, container: InputContainer, picture: AvVideo, sounds: dict[int, _Heard]
) -> _Packets:
    told = _Packets()
    codec = _codec(picture)
    how = nal.framing(codec, picture.codec_context.extradata or b"") if codec in _NAL_CODECS else None
    picture.thread_type = "NONE"
    wanted = [stream for stream in container.streams if stream.index in sounds]
    for packet in container.demux([picture, *wanted]):
        if not packet.size:
            continue
        if packet.stream_index != picture.index:
            sounds[packet.stream_index].add(packet)
            continue
        number = len(told.pts)
        if packet.is_corrupt:
            promised = picture.frames
            said = f" of {promised} promised" if promised > number else ""
            raise MediaBroken(
                place,
                f"is damaged or cut off at frame {number}: {number} whole frames were found{said}. "
                "Download or export it again.",
            )
        _note(place, told, packet, how, codec in _CLEAN_KEYS, picture.codec_context.codec.intra_only)
        if told.first_frame is None:
            told.first_frame = _first_frame(packet)
    if told.first_frame is None:
        flushed = picture.decode(None)
        told.first_frame = flushed[0] if flushed else None
    if not told.pts or told.first_frame is None:
        raise MediaBroken(place, "announces a picture but holds no frame of it; download or export it again.")
    return told


def _take_decoded_order(place: Path, kind: Kind, index: int, told: _Packets) -> None:
    shown: list[int] = []
    with opened(place, kind.demuxer) as container:
        stream = container.streams.video[0]
        if stream.index != index:
            raise MediaRefused(
                place, "has several picture streams and no frame times; rewrap it in MP4 first."
            )
        stream.codec_context.copy_opaque = True
        stream.thread_type = "AUTO"
        number = 0
        for packet in container.demux(stream):
            if packet.size:
                packet.opaque = number
                number += 1
            shown += [frame.opaque for frame in packet.decode() if isinstance(frame.opaque, int)]
    stamps = sorted(stamp for stamp in (told.dts if None in told.pts else told.pts) if stamp is not None)
    expected = sum(real and not hidden for real, hidden in zip(told.pictures, told.hidden, strict=True))
    if not len(stamps) == len(told.pts) == len(set(shown)) == len(shown) == expected:
        raise MediaBroken(
            place,
            f"does not tell when its frames are shown, and of {expected} frames {len(set(shown))} can be decoded; "
            "encode it again.",
        )
    for stamp, number in zip(stamps, shown, strict=True):
        told.pts[number] = stamp


def _first_frame(packet: Packet[Any]) -> VideoFrame | None:
    for frame in packet.decode():
        if isinstance(frame, VideoFrame):
            return frame
    return None


def _note(
    place: Path, told: _Packets, packet: Packet[Any], how: nal.Framing | None, clean: bool, intra: bool
) -> None:
    number = len(told.pts)
    told.pts.append(packet.pts)
    told.dts.append(packet.dts)
    told.hidden.append(packet.is_discard)
    told.last_duration = packet.duration or told.last_duration
    kind: KeyKind | None = None
    has_picture = True
    if how is None:
        if intra or (packet.is_keyframe and clean):
            kind = "idr"
        elif packet.is_keyframe:
            kind = "i"
    else:
        data = bytes(packet)
        unit = nal.read_packet(data, how)
        if unit.fault:
            raise MediaBroken(
                place,
                f"is damaged in frame {number} (decode order): {unit.fault}. Download or export it again.",
            )
        has_picture = unit.picture
        kind = unit.start or ("i" if packet.is_keyframe and has_picture else None)
        if not told.settings and number < 3:
            told.settings = nal.encoder_settings(data)
    told.pictures.append(has_picture)
    if kind is not None:
        told.keys.append(KeyFrame(number, kind))


def _video(place: Path, picture: AvVideo, told: _Packets) -> VideoStream:
    context = picture.codec_context
    first = told.first_frame
    if first is None or picture.time_base is None:
        raise MediaBroken(place, "does not tell the time of its frames; rewrap it in MP4 or Matroska.")
    time_base = fraction(picture.time_base)
    pts, display = _shown(place, told)
    declared = [
        fraction(rate) for rate in (picture.average_rate, picture.base_rate, picture.guessed_rate) if rate
    ]
    rate = rates.constant_rate(pts, time_base, declared)
    if rate is not None:
        average = rate
    elif len(pts) > 1 and pts[-1] > pts[0]:
        average = Fraction(len(pts) - 1) / ((pts[-1] - pts[0]) * time_base)
    elif told.last_duration:
        average = 1 / (told.last_duration * time_base)
    else:
        raise MediaBroken(place, "does not tell how long its frames last; encode it again with a frame rate.")
    extradata = context.extradata or b""
    aspect = picture.sample_aspect_ratio
    pixel_format = context.pix_fmt or first.format.name
    return VideoStream(
        index=picture.index,
        codec=_codec(picture),
        codec_tag=_tag(context.codec_tag),
        profile=context.profile or None,
        level=context.level if context.level > 0 else None,
        width=context.width,
        height=context.height,
        sample_aspect=fraction(aspect) if aspect else Fraction(1),
        rotation=_rotation(place, first),
        rate=rate,
        average_rate=average,
        frames=len(pts),
        time_base=time_base,
        pts=pts,
        display=display,
        keys=tuple(told.keys),
        pixel_format=pixel_format,
        bit_depth=max((component.bits for component in av.VideoFormat(pixel_format).components), default=8),
        colour=Colour(
            _RANGES[context.color_range] if 0 <= context.color_range < len(_RANGES) else None,
            _PRIMARIES.get(context.color_primaries),
            _TRANSFERS.get(context.color_trc),
            _MATRICES.get(context.colorspace),
        ),
        field_order=_field_order(context.field_order, first),
        reorder_delay=context.reorder_depth,
        parameter_sets=extradata,
        encoder_settings=told.settings or nal.encoder_settings(extradata),
        intra_only=context.codec.intra_only,
        data_packets=tuple(number for number, real in enumerate(told.pictures) if not real),
    )


def _shown(place: Path, told: _Packets) -> tuple[tuple[int, ...], tuple[int, ...]]:
    order: list[tuple[int, int]] = []
    for number, (stamp, hidden, real) in enumerate(zip(told.pts, told.hidden, told.pictures, strict=True)):
        if hidden or not real:
            continue
        if stamp is None:
            raise MediaBroken(
                place,
                f"does not tell when frame {number} is shown; rewrap it in MP4 or Matroska, or encode it again.",
            )
        order.append((stamp, number))
    if not order:
        raise MediaBroken(place, "shows no frame: its edit list hides them all. Export it again.")
    order.sort()
    display = [-1] * len(told.pts)
    for position, (_, number) in enumerate(order):
        display[number] = position
    return tuple(stamp for stamp, _ in order), tuple(display)


def _codec(stream: AvVideo | AvAudio) -> str:
    # Not the decoder's name: that is libdav1d for AV1 and mp3float for MP3.
    return str(stream.codec_context.codec.canonical_name)


def _tag(raw: str | bytes) -> str:
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    return text if text.isascii() and text.isprintable() and len(text) == 4 else ""


def _rotation(place: Path, first: VideoFrame) -> int:
    # PyAV's stubs take side data for a dictionary of strings.
    matrix: Any = first.side_data.get("DISPLAYMATRIX")
    if matrix is not None:
        a, b, _, c, d = struct.unpack_from("=5i", bytes(matrix))
        if a * d - b * c < 0:
            raise MediaRefused(place, "is shown mirrored; mirror the picture itself first.")
    # PyAV tells the angle counter-clockwise, as it lies in the display matrix.
    turned = -first.rotation % 360
    if turned % 90:
        raise MediaRefused(place, f"is shown turned by {turned} degrees; turn the picture itself first.")
    return turned


def _field_order(number: int, first: VideoFrame) -> str:
    known = _FIELD_ORDERS[number] if 0 <= number < len(_FIELD_ORDERS) else "unknown"
    if known in ("unknown", "progressive") and first.interlaced_frame:
        return "tt"
    return known


def _audio(stream: AvAudio, heard: _Heard) -> AudioStream:
    context = stream.codec_context
    base = fraction(stream.time_base) if stream.time_base else Fraction(0)
    first = stream.start_time if stream.start_time is not None else heard.first
    start = (first or 0) * base
    return AudioStream(
        index=stream.index,
        codec=_codec(stream),
        sample_rate=context.sample_rate,
        channels=context.channels,
        layout=_USUAL_LAYOUTS.get(context.layout.name, context.layout.name),
        start=start,
        duration=max(Fraction(0), heard.end * base - start) if heard.end is not None and base else None,
    )


def check_unchanged(clip: Clip) -> None:
    """Raise `MediaRefused` when a probed file has other bytes by now."""
    with media_errors(clip.path):
        if check_regular(clip.path).st_size != clip.size or sha256_file(clip.path) != clip.sha256:
            raise MediaRefused(clip.path, "was changed since it was probed; run again.")
