"""Verification of sound before it is published: sources were read whole, and how many samples came out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from pathlib import Path

from stitcher.errors import MediaBroken, MediaError, VerifyError


def count_samples(path: Path, demuxer: str, sample_rate: int) -> tuple[int, ...]:
    """For each sound stream of a file how many samples are heard, by its packets; nothing is decoded.

    Where the container keeps milliseconds (Matroska) the result is the nearest possible to whole packets: rounded
    to the millisecond. Raises `VerifyError` when the file cannot be read.
    """
    from stitcher.media.container import fraction, opened

    try:
        with opened(path, demuxer) as container:
            ends = dict.fromkeys((stream.index for stream in container.streams.audio), Fraction(0))
            for packet in container.demux(audio=list(range(len(ends)))):
                if packet.pts is not None and packet.time_base is not None:
                    end = (packet.pts + (packet.duration or 0)) * fraction(packet.time_base)
                    ends[packet.stream.index] = max(ends[packet.stream.index], end)
    except MediaError as exc:
        raise VerifyError(f"The encoded sound cannot be read back ({exc}); it was not published.") from exc
    return tuple(round(end * sample_rate) for end in ends.values())


_INPUT_ERROR = re.compile(
    r"^\[(?:aist|in)#(?P<input>\d+)(?::\d+)?(?:/(?P<kind>\S+))? @ \w+\] (?:\[[^]]*\] )?"
    r"(?P<says>.*(?:[Ee]rror|CRC mismatch|corrupt|partial file).*)$",
    re.MULTILINE,
)
_FORGIVING = ("mp3", "mp3float", "mp2")
"""MPEG audio finds its feet after any junk, which tag writers leave in the middle of files: said, not refused."""


def check_sources(args: Sequence[str], report: str, *, open_ended: Collection[Path] = ()) -> list[str]:
    """What a report must say of sources that ffmpeg had trouble reading.

    ffmpeg ends well whatever is lost on the way, so its complaints are read: raises `MediaBroken` for the first
    source of which sound is missing. Of the files in `open_ended` ffmpeg expects more than there is; what it says of
    their last packet is no complaint. Nor is what it says of PCM, which can have nothing wrong but a last sample that
    is not whole: whether a file is cut off is known since it was probed.
    """
    sources = [args[at + 1] for at, arg in enumerate(args[:-1]) if arg == "-i"]
    notes: dict[str, None] = {}
    for match in _INPUT_ERROR.finditer(report):
        path = Path(sources[int(match["input"])].removeprefix("file:"))
        kind, says = match["kind"] or "", match["says"].strip()
        if kind.startswith("pcm_") or (path in open_ended and "corrupt" in says.lower()):
            continue
        if kind not in _FORGIVING:
            raise MediaBroken(path, f"its sound is damaged ({says}); repair or replace the file.")
        notes[f"{path.name!r} has damaged frames that were skipped: {says}."] = None
    return list(notes)
