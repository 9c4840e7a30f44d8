"""The proof of a film before it is published: every packet is the planned one, and the joins decode."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from stitcher.errors import MediaBroken, VerifyError
from stitcher.formats.codecs import NAL_CODECS
from stitcher.formats.containers import CONTAINERS
from stitcher.media import nal, probe_cache
from stitcher.media.clip import Clip
from stitcher.media.decoder_config import SetsWalk, decoder_sets
from stitcher.media.strict_decode import strict_decode
from stitcher.rendering.fault_attribution import blame
from stitcher.rendering.mux_job import Muxed, MuxJob, PacketRun
from stitcher.rendering.options import Verify
from stitcher.rendering.segments import Plan

_REACH = (0, 2)
"""Every run begins with an IDR, and a wrong parameter set shows in the first picture; the run's own end is the
source's own packets, compared byte by byte, or was counted when it was encoded."""

_PROVEN, _DECODES = "proven", "decodes"


def verify_film(plan: Plan, film: Path, job: MuxJob, muxed: Muxed, how: Verify) -> None:
    """Raise `VerifyError` unless the film holds every planned frame, and decodes: at the joins, or throughout.

    Packets are compared with what was read from the sources, run by run, because a count and a decoder both
    overlook a hole of zeros. What was seen to decode under the same parameter sets in an earlier film is not decoded
    again.
    """
    if muxed.frames != plan.frames:
        raise VerifyError(
            f"The film has {muxed.frames} frames where {plan.frames} were planned; it was not published."
        )
    runs, first = job.runs, job.runs[0].clip.video
    known_by = decoder_sets(first.codec, job.parameter_sets or first.parameter_sets)
    configured = known_by.hex() if isinstance(known_by, bytes) else "/".join(unit.hex() for unit in known_by)
    proofs = [(sha256, configured, job.container, probe_cache.analyzer_version()) for sha256 in muxed.hashes]
    # The first run proves the film's own header as well, and is always decoded.
    new = [
        n
        for n, proof in enumerate(proofs)
        if n == 0 or how == "full" or probe_cache.get(_PROVEN, proof) != _DECODES
    ]
    starts = [0, *accumulate(run.frames for run in runs)]
    around = None if how == "full" else [starts[n] for n in new]
    comparison, steady = _Comparison(runs, muxed), _Steady()

    def look(packet: Any) -> None:
        comparison.take(packet)
        steady.take(packet)

    try:
        count = strict_decode(
            film, CONTAINERS[job.container].demuxer, around=around, reach=_REACH, on_packet=look
        )
    except MediaBroken as exc:
        raise VerifyError(f"The finished film does not decode cleanly, so it was not published: {exc.reason} "
                          f"{blame(_sources(plan))}") from exc  # fmt: skip
    comparison.end()
    if count != plan.frames:
        raise VerifyError(
            f"The film shows {count} frames where {plan.frames} were planned; it was not published."
        )
    for n in new:
        probe_cache.put(_PROVEN, proofs[n], _DECODES)


class _Comparison:
    """Holds the film's packets against what went into it, run by run."""

    def __init__(self, runs: Sequence[PacketRun], muxed: Muxed) -> None:
        self._due = iter(tuple(zip(runs, muxed.hashes, strict=True)))
        self._run: PacketRun | None = None
        self._wanted = ""
        self._left = 0
        self._digest = hashlib.sha256()

    def take(self, packet: Any) -> None:
        if not self._left:
            self._run, self._wanted = next(self._due, (None, ""))
            if self._run is None:
                raise VerifyError("The film holds more packets than were planned; it was not published.")
            self._left, self._digest = self._run.frames, hashlib.sha256()
        self._digest.update(packet)
        self._left -= 1
        if not self._left and self._run is not None and self._digest.hexdigest() != self._wanted:
            raise VerifyError(
                f"What was written of {self._run.clip.name} is not what was read; the film was not published. "
                "The disk or the memory of this machine may be at fault: run again."
            )

    def end(self) -> None:
        if self._left or next(self._due, None) is not None:
            raise VerifyError("The film lost packets while it was written; it was not published. Run again.")


class _Steady:
    """Sees to it that nothing in a film's packets configures its decoder otherwise than the film's header.

    Such packets decode, and so does what is looked at from a clean start behind them; what is played behind them does
    not, and may not even give an error.
    """

    def __init__(self) -> None:
        self._walk: SetsWalk | None = None
        self._how: nal.Framing | None = None
        self._number = 0

    def take(self, packet: Any) -> None:
        context = packet.stream.codec_context
        codec = context.codec.canonical_name
        if codec not in NAL_CODECS:
            return
        if self._walk is None or self._how is None:
            header = context.extradata or b""
            self._walk, self._how = SetsWalk(codec, header), nal.framing(codec, header)
        if self._walk.take(nal.sets_in(memoryview(packet), self._how)):
            raise VerifyError(
                f"The film's parameter sets would change at packet {self._number}, and what follows would not decode; "
                "it was not published. Report this, and choose a preset that encodes everything."
            )
        self._number += 1


def _sources(plan: Plan) -> Iterator[Clip]:
    return (item.source for item in plan.timeline.items if isinstance(item.source, Clip))
