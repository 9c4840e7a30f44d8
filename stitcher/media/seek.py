"""Seek to a packet, and believe it only where the packet that comes is the one meant."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream as AvVideo

from stitcher.errors import MediaRefused
from stitcher.media.clip import Clip
from stitcher.media.container import opened, without_analysis


@contextlib.contextmanager
def opened_at(
    path: Path,
    demuxer: str,
    pick: Callable[[InputContainer], AvVideo],
    *,
    packet: int,
    stamp: int | None,
    stamps: Sequence[int | None],
    options: dict[str, str],
) -> Iterator[tuple[AvVideo, Iterator[Packet[Any]], int]]:
    """A file opened, the stream that `pick` chooses, its packets, and the number of the first of them in decode order.

    That is `packet`, whose time stamp is `stamp`, one of all the stream's `stamps`; or 0, where it has none, where it
    shares it with others or where seeking does not lead to it. Raises as `opened` does.
    """
    with contextlib.ExitStack() as stack:
        if packet and stamp is not None and stamps.count(stamp) == 1:
            container = stack.enter_context(opened(path, demuxer, options=options))
            stream = pick(container)
            packets = _packets_from(container, stream, stamp)
            if packets is not None:
                yield stream, packets, packet
                return
            stack.close()
        container = stack.enter_context(opened(path, demuxer, options=options))
        stream = pick(container)
        yield stream, container.demux(stream), 0


def opened_clip_at(
    clip: Clip, packet: int
) -> contextlib.AbstractContextManager[tuple[AvVideo, Iterator[Packet[Any]], int]]:
    """`opened_at` for the picture of a probed clip. Raises `MediaRefused` for one that was changed meanwhile."""

    def pick(container: InputContainer) -> AvVideo:
        stream = container.streams[clip.video.index]
        if not isinstance(stream, AvVideo):
            raise MediaRefused(clip.path, "was changed since it was probed; run again.")
        return stream

    return opened_at(
        clip.path,
        clip.container,
        pick,
        packet=packet,
        stamp=clip.video.pts[clip.video.display[packet]] if clip.packets_tell_times else None,
        stamps=clip.video.pts,
        options=without_analysis(clip.container),
    )


def _packets_from(container: InputContainer, stream: AvVideo, stamp: int) -> Iterator[Packet[Any]] | None:
    try:
        container.seek(stamp, stream=stream)
    except av.FFmpegError:
        return None
    packets = container.demux(stream)
    first = next(packets, None)
    if first is None or not first.size or first.pts != stamp:
        return None
    return itertools.chain((first,), packets)
