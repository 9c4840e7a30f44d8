"""Decode a range of a clip's frames, exactly: from a clean start, counted, and never sought by seconds."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import InputError, MediaBroken
from stitcher.formats.codecs import NAL_CODECS, decoding
from stitcher.media.clip import Clip
from stitcher.media.seek import opened_clip_at
from stitcher.timebase import FrameRange

_WORTH_SEEKING = 48


def decode_progressive(clip: Clip, span: FrameRange) -> Iterator[VideoFrame]:
    """The decoded pictures of a range; two fields become a whole picture, with their neighbours' help as in films."""
    if not clip.video.is_interlaced:
        yield from decode_frames(clip, span)
        return
    around = FrameRange(max(0, span.start - 1), min(clip.video.frames, span.stop + 1)) if span else span
    pictures = decode_frames(clip, around)
    if len(around) == 1:
        # Alone, a picture is let through as it is.
        pictures = itertools.chain.from_iterable((picture, picture) for picture in pictures)
    whole = _deinterlaced(pictures)
    yield from itertools.islice(whole, span.start - around.start, span.stop - around.start)


def _deinterlaced(pictures: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    def shape(picture: VideoFrame) -> tuple[int, int, str]:
        return picture.width, picture.height, picture.format.name

    for (width, height, name), alike in itertools.groupby(pictures, key=shape):
        graph = Graph()
        entry = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat(name), time_base=Fraction(1, 1000)
        )
        nodes = (entry, graph.add("bwdif", "mode=send_frame"), graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        for picture in itertools.chain(alike, (None,)):
            graph.vpush(picture)
            yield from _pulled(graph)


def _pulled(graph: Graph) -> Iterator[VideoFrame]:
    with contextlib.suppress(av.BlockingIOError, av.EOFError):
        while True:
            yield graph.vpull()


def decode_frames(clip: Clip, span: FrameRange) -> Iterator[VideoFrame]:
    """The pictures of a range as they come out of the decoder, in order.

    Raises `InputError` for a range outside the clip, and `MediaBroken` when a picture of it does not come out.
    """
    video = clip.video
    if span.start < 0 or span.stop > video.frames:
        raise InputError(
            f"{str(clip.path)!r} has frames 0 to {video.frames - 1}; frames {span.start} to {span.stop - 1} "
            "were asked for."
        )
    if not span:
        return

    begin = clean_start(clip, span.start)
    with opened_clip_at(clip, begin if begin >= _WORTH_SEEKING else 0) as (stream, packets, first):
        yield from _counted(clip, span, packets, stream=stream, begin=first)


def clean_start(clip: Clip, shown: int) -> int:
    """The last packet from which everything shown at or after that frame comes out right."""
    safe = {"idr", "cra"} | ({"i"} if decoding(clip.video.codec).right_from_keys else set())
    display = clip.video.display
    begin = 0
    for key in clip.video.keys:
        if key.kind in safe and 0 <= display[key.packet] <= shown and clip.video.decodes_from(key.packet):
            begin = key.packet
    return begin


def _decoder(clip: Clip, stream: AvVideo) -> Any:
    """What decodes the clip's packets: the stream's own decoder, or one of its own where that leaves something out."""
    if not clip.video.decoder:
        return stream.codec_context
    return av.CodecContext.create(clip.video.decoder, "r")


def _counted(
    clip: Clip, span: FrameRange, packets: Iterator[Packet[Any]], *, stream: AvVideo, begin: int
) -> Iterator[VideoFrame]:
    """The pictures of `span`, by the packets they come from; `begin` is the number of the first packet."""
    display = clip.video.display
    last = max(number for number, shown in enumerate(display) if span.start <= shown < span.stop)
    decoder = _decoder(clip, stream)
    decoder.copy_opaque = True
    early = sum(shown < span.start for shown in display[begin : last + 1])
    skips = clip.video.codec in NAL_CODECS and early > len(span)
    # Never a thread for each picture: such a thread may let go of a packet's `opaque`, for which it needs Python's
    # lock, while this one holds that lock and closes the decoder.
    decoder.thread_type = "SLICE"
    number, due, drained = begin, span.start, False
    for packet in packets:
        if drained:
            break
        if packet.size:
            if skips:
                # Pictures before the wanted ones are needed only where others refer to them.
                ahead = number < len(display) and display[number] < span.start
                decoder.skip_frame = "NONREF" if ahead else "DEFAULT"
            # PyAV finds these again by identity, for all decoders of the process together, and a small number is
            # one object everywhere: a list is this packet's own.
            packet.opaque = [number]
            number += 1
        pictures = decoder.decode(packet if packet.size else None)
        if number > last and packet.size and clip.video.codec in NAL_CODECS:
            # All that is wanted is in the decoder by now; nothing more has to be decoded to have it out.
            pictures += decoder.decode(None)
            drained = True
        for decoded in pictures:
            shown = _shown(decoded, display)
            if shown < due:
                continue
            if shown > due:
                break
            yield decoded
            due += 1
            if due == span.stop:
                return
    raise MediaBroken(
        clip.path, f"cannot be decoded at frame {due}; it is damaged. Download or export it again."
    )


def _shown(decoded: VideoFrame, display: Sequence[int]) -> int:
    """Which picture (display order) a decoded one is, by the packet that it comes from; -1 for none."""
    origin = decoded.opaque
    return display[origin[0]] if isinstance(origin, list) and origin[0] < len(display) else -1
