"""Stream metadata: one stream's record, from what the container says and what its packets do."""

from __future__ import annotations

import contextlib
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream as AvAudio
from av.stream import Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaBroken, MediaRefused
from stitcher.formats.codecs import decoding
from stitcher.formats.colour import MATRICES, PRIMARIES, RANGES, TRANSFERS, name_of
from stitcher.media import nal, rates
from stitcher.media.clip import AudioStream, Colour, VideoStream
from stitcher.media.container import fraction
from stitcher.media.last_frame_duration import Timed, last_seconds
from stitcher.media.packets import AudioExtent, Packets, codec_name, display_order, is_intra_only
from stitcher.timebase import parse_timecode

# WAV and AIFF need not name a layout; one and two channels leave no doubt.
_USUAL_LAYOUTS = {"1 channels": "mono", "2 channels": "stereo"}
_FIELD_ORDERS = ("unknown", "progressive", "tt", "bb", "tb", "bt")


def stated_timecode(container: av.container.InputContainer, picture: AvVideo, rate: Fraction) -> str:
    """The timecode of the first picture, as its track or its file says it; empty where none does, and for what is none
    at that rate.
    """
    tracks = [picture, *(stream for stream in container.streams if stream.type == "data")]
    for metadata in (*(track.metadata for track in tracks), container.metadata):
        written = metadata.get("timecode", "").strip()
        with contextlib.suppress(ValueError):
            parse_timecode(written, rate)
            return written
    return ""


def video_stream(
    path: Path,
    picture: AvVideo,
    packets: Packets,
    *,
    demuxer: str,
    others: int = 0,
    stated_end: Fraction | None = None,
) -> VideoStream:
    """`stated_end` is when the container says that the picture ends, in seconds on its packets' clock."""
    context = picture.codec_context
    first = packets.first_frame
    if first is None or not picture.time_base:
        raise MediaBroken(path, "has no frame timestamps; rewrap it in MP4 or Matroska.")
    time_base = fraction(picture.time_base)
    pts, display = _shown(path, packets)
    rate, average = _rates(path, picture, packets, pts, time_base=time_base)
    # The container's word, else the bitstream's, which the decoder has read by now.
    coded = context.sample_aspect_ratio
    aspect = picture.sample_aspect_ratio or coded
    pixel_format = context.pix_fmt or first.format.name
    decoder = _alpha_decoder(picture)
    if decoder and not pixel_format.startswith("yuva"):
        pixel_format = pixel_format.replace("yuv", "yuva")
    return VideoStream(
        index=picture.index,
        codec=codec_name(picture),
        codec_tag=_tag(context.codec_tag),
        profile=context.profile or None,
        level=context.level if context.level > 0 else None,
        width=context.width,
        height=context.height,
        sample_aspect=fraction(aspect) if aspect else Fraction(1),
        rotation=_rotation(path, first),
        rate=rate,
        average_rate=average,
        frames=len(pts),
        time_base=time_base,
        pts=pts,
        display=display,
        keys=tuple(packets.keys),
        pixel_format=pixel_format,
        bit_depth=max((component.bits for component in av.VideoFormat(pixel_format).components), default=8),
        colour=_colour(context),
        field_order=_field_order(context.field_order, first),
        reorder_delay=context.reorder_depth,
        parameter_sets=context.extradata or b"",
        encoder_settings=packets.settings or nal.encoder_settings(context.extradata or b""),
        intra_only=is_intra_only(picture),
        data_packets=tuple(number for number, real in enumerate(packets.pictures) if not real),
        decoder=decoder,
        other_pictures=others,
        coded_aspect=fraction(coded) if coded else Fraction(1),
        set_changes=tuple(packets.set_changes),
        restarts=tuple(packets.restarts),
        undecodable=packets.undecodable,
        last_seconds=last_seconds(
            _timed(packets), demuxer, time_base=time_base, rate=rate, stated_end=stated_end
        ),
    )


def _rates(
    path: Path, picture: AvVideo, packets: Packets, pts: tuple[int, ...], *, time_base: Fraction
) -> tuple[Fraction | None, Fraction]:
    """The constant rate, if there is one, and the average."""
    declared = [
        fraction(rate) for rate in (picture.average_rate, picture.base_rate, picture.guessed_rate) if rate
    ]
    rate = rates.constant_rate(pts, time_base, declared)
    average = rate or rates.average_rate(pts, packets.durations, time_base)
    if average is None:
        raise MediaBroken(path, "does not tell how long its frames last; encode it again with a frame rate.")
    return rate, average


def _alpha_decoder(picture: AvVideo) -> str:
    """The decoder that brings out alpha that lies beside the pictures; empty where there is none."""
    # Written by FFmpeg's libraries without its program, the tag has capitals.
    beside = "1" in (picture.metadata.get("alpha_mode"), picture.metadata.get("ALPHA_MODE"))
    return decoding(codec_name(picture)).alpha_decoder if beside else ""


def _colour(context: VideoCodecContext) -> Colour:
    return Colour(
        next((name for name, number in RANGES.items() if number == context.color_range), None),
        name_of(context.color_primaries, PRIMARIES),
        name_of(context.color_trc, TRANSFERS),
        name_of(context.colorspace, MATRICES),
    )


def _timed(packets: Packets) -> list[Timed]:
    """The packets of the last of the parts that a clip was joined of: each holds back as many pictures as it likes."""
    begin = packets.set_changes[-1] if packets.set_changes else 0
    rows = zip(packets.pts, packets.dts, packets.durations, packets.shown, strict=True)
    return [
        Timed(pts, dts, length, shown) for pts, dts, length, shown in list(rows)[begin:] if pts is not None
    ]


def _shown(path: Path, packets: Packets) -> tuple[tuple[int, ...], tuple[int, ...]]:
    times: dict[int, int] = {}
    for number, (stamp, shown) in enumerate(zip(packets.pts, packets.shown, strict=True)):
        if not shown:
            continue
        if stamp is None:
            raise MediaBroken(
                path,
                f"does not tell when frame {number} is shown; rewrap it in MP4 or Matroska, or encode it again.",
            )
        times[number] = stamp
    if not times:
        raise MediaBroken(path, "shows no frame: its edit list hides them all. Export it again.")
    return tuple(sorted(times.values())), display_order(times, len(packets.pts))


def _tag(raw: str | bytes) -> str:
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    return text if text.isascii() and text.isprintable() and len(text) == 4 else ""


def _rotation(path: Path, first: VideoFrame) -> int:
    # PyAV's stubs take side data for a dictionary of strings. It names no kind that came with FFmpeg 8, such as EXIF,
    # and then tells of none at all.
    matrix: Any = None
    with contextlib.suppress(ValueError):
        matrix = first.side_data.get("DISPLAYMATRIX")
    if matrix is not None:
        a, b, _, c, d = struct.unpack_from("=5i", bytes(matrix))
        if a * d - b * c < 0:
            raise MediaRefused(path, "has a mirrored display matrix; re-encode it without the flip.")
    # PyAV tells the angle counter-clockwise, as it lies in the display matrix.
    turned = -first.rotation % 360
    if turned % 90:
        raise MediaRefused(path, f"is shown turned by {turned} degrees; turn the picture itself first.")
    return turned


def _field_order(number: int, first: VideoFrame) -> str:
    order = _FIELD_ORDERS[number] if 0 <= number < len(_FIELD_ORDERS) else "unknown"
    if order in ("unknown", "progressive"):
        return "tt" if first.interlaced_frame else "progressive"
    return order


def audio_stream(stream: AvAudio, extent: AudioExtent, *, open_ended: bool = False) -> AudioStream:
    context = stream.codec_context
    base = fraction(stream.time_base) if stream.time_base else Fraction(0)
    first = stream.start_time if stream.start_time is not None else extent.first
    start = (first or 0) * base
    held = Fraction(0)
    if extent.first_heard is not None and base:
        stamp, seconds = extent.first_heard
        # Windows Media decoders give nothing for the first packets and the last one's sound at the very end. Less than
        # half a packet is the rounding of time stamps.
        if stamp * base - start > seconds / 2:
            start, held = stamp * base, seconds
    padding = Fraction(extent.padding_samples, context.sample_rate) if extent.padding_samples else Fraction(0)
    return AudioStream(
        index=stream.index,
        codec=codec_name(stream),
        sample_rate=context.sample_rate,
        channels=context.channels,
        layout=_USUAL_LAYOUTS.get(context.layout.name, context.layout.name),
        start=start,
        duration=max(Fraction(0), extent.end * base - start + held - padding)
        if extent.end is not None and base
        else None,
        open_ended=open_ended,
        default=bool(stream.disposition & Disposition.default),
        language=_language(stream),
        title=stream.metadata.get("title", "") or stream.metadata.get("name", ""),
    )


def _language(stream: AvAudio) -> str:
    language = stream.metadata.get("language", "")
    return "" if language == "und" else language
