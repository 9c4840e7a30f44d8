"""The proof of a film before it is published: every packet is the planned one, and the joins decode."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from av.error import FFmpegError

from stitcher.errors import MediaBroken, VerifyError
from stitcher.media.clip import Clip
from stitcher.media.container import open_media, without_analysis
from stitcher.media.decode import strict_decode
from stitcher.render.mux import Muxed, Run
from stitcher.render.segments import Plan

Verify = Literal["joins", "full"]
_REACH = (0, 2)
"""Every run begins with an IDR, and a wrong parameter set shows in the first picture; the run's own end is the
source's own packets, compared byte by byte, or was counted when it was encoded."""

_DEMUXERS = {"mp4": "mov", "mov": "mov", "mkv": "matroska", "webm": "matroska"}


def verify_film(
    plan: Plan, film: Path, container: str, runs: Sequence[Run], muxed: Muxed, how: Verify
) -> None:
    """Raise `VerifyError` unless the film holds every planned frame, and decodes: at the joins, or throughout.

    Packets are compared with what was read from the sources, run by run, because a count and a decoder both
    overlook a hole of zeros.
    """
    if muxed.frames != plan.frames:
        raise VerifyError(
            f"The film has {muxed.frames} frames where {plan.frames} were planned; it was not published."
        )
    _compare_packets(film, _DEMUXERS[container], runs, muxed)
    around: list[int] | None = None
    if how == "joins":
        around, at = [], 0
        for run in runs:
            around.append(at)
            at += run.frames
    try:
        count = strict_decode(film, _DEMUXERS[container], around=around, reach=_REACH)
    except MediaBroken as exc:
        raise VerifyError(f"The finished film does not decode cleanly, so it was not published: {exc.reason} "
                          f"{_suspects(plan)}") from exc  # fmt: skip
    if count != plan.frames:
        raise VerifyError(
            f"The film shows {count} frames where {plan.frames} were planned; it was not published."
        )


def _compare_packets(film: Path, demuxer: str, runs: Sequence[Run], muxed: Muxed) -> None:
    try:
        with open_media(film, demuxer, options=without_analysis(demuxer)) as container:
            packets = _picture_packets(container)
            for run, wanted in zip(runs, muxed.hashes, strict=True):
                digest = hashlib.sha256()
                for _ in range(run.frames):
                    packet = next(packets, None)
                    if packet is None:
                        raise VerifyError(
                            "The film lost packets while it was written; it was not published. Run again."
                        )
                    digest.update(packet)
                if digest.hexdigest() != wanted:
                    raise VerifyError(
                        f"What was written of {run.clip.name} is not what was read; the film was not published. "
                        "The disk or the memory of this machine may be at fault: run again."
                    )
            if next(packets, None) is not None:
                raise VerifyError("The film holds more packets than were planned; it was not published.")
    except FFmpegError as exc:
        raise VerifyError(f"The film cannot be read back ({exc.strerror}); it was not published.") from exc


def _picture_packets(container: Any) -> Iterator[Any]:
    for packet in container.demux(container.streams.video[0]):
        if packet.size:
            yield packet


def _suspects(plan: Plan) -> str:
    names = dict.fromkeys(item.source.name for item in plan.timeline.items if isinstance(item.source, Clip))
    listed = ", ".join(list(names)[:6]) + (" …" if len(names) > 6 else "")
    return f"One of its sources is probably damaged ({listed}): `stitcher check` with --deep finds which."
