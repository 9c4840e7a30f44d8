"""Encoding a mix at its level: AAC in stretches that are kept, all else in one go.

FFmpeg's AAC encoder uses one core, and takes longer than all that comes before it. So what is long is encoded as
several stretches side by side, each kept under what it is made from: a film of which little changed has little encoded
again. The stretches are the same whatever was there before, and so are the bytes.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from stitcher.content_key import Exclusions, content_key
from stitcher.delivery.spec import SoundSpec
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_process import feed
from stitcher.media.threads import cores
from stitcher.media.wav import Samples, WavData, samples_at
from stitcher.sound import graph
from stitcher.sound.kept_mix import KeptMix
from stitcher.sound.mix import ENCODING
from stitcher.sound.mix_file import SoundFile
from stitcher.sound.packet_joins import (
    ENCODER,
    EncodedRun,
    EncoderRun,
    cuts_of,
    join_of,
    runs_between,
    windows_of,
    write_joined,
)
from stitcher.sound.passages import STRETCH
from stitcher.sound.store import Workshop

_log = logging.getLogger(__name__)

_NOT_IN_KEY: Exclusions = {SoundSpec: frozenset({"loudness", "insist"})}
"""How loud it is, the samples say."""


@dataclass(frozen=True, slots=True)
class LevelledMix:
    """Samples that are ready to be encoded, but for a gain."""

    source: KeptMix | WavData
    gain_db: float = 0.0

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[Samples]:
        """The samples without the gain, from `start` up to, not including, `stop`."""
        source = self.source
        stop = source.samples if stop is None else stop
        if isinstance(source, KeptMix):
            yield from source.read(start, stop)
            return
        for at in range(start, stop, STRETCH):
            yield samples_at(source, at, min(STRETCH, stop - at))

    def content(self, start: int, stop: int) -> object:
        """What decides the samples from `start` up to, not including, `stop`, as part of a content key."""
        if isinstance(self.source, KeptMix):
            first = start // STRETCH
            keys = self.source.keys[first : -(-stop // STRETCH)]
            return keys, start - first * STRETCH, stop - start, self.gain_db
        digest = hashlib.sha256()
        for block in self.blocks(start, stop):
            digest.update(block.data)
        return digest.hexdigest(), self.gain_db


@dataclass(frozen=True, slots=True)
class MixEncoder:
    """How a mix is encoded, and which part of it."""

    spec: SoundSpec
    file: SoundFile
    first: int
    """The first sample of the mix that is heard."""
    samples: int
    """How many are, at 48 kHz."""
    work: Workshop

    def encode(self, level: LevelledMix, out: Path) -> None:
        """Encode to `out`. Raises what `stitcher.media.ffmpeg_process.feed` raises, `VerifyError` and `OutputError`."""
        taken = graph.encoded_samples(self.samples, self.spec) - self.file.dropped_samples
        cuts = cuts_of(taken) if self._in_stretches else ()
        while cuts:
            runs = self._encode_runs(level, runs_between(cuts, taken), taken)
            joins = [join_of(first, second) for first, second in pairwise(runs)]
            found = [join for join in joins if join is not None]
            if len(found) == len(cuts):
                write_joined(runs, found, out, self.file, edit_list=not self.file.dropped_samples)
                return
            cuts = tuple(cut for cut, join in zip(cuts, joins, strict=True) if join is not None)
            _log.debug("not all stretches of the sound fit; those are encoded as one: %s", joins)
        self._encode_span(level, out, None)

    @property
    def _in_stretches(self) -> bool:
        # The windows of more than two channels are not looked at, and Matroska takes the encoder's delay from it alone.
        return (
            self.spec.encoder == ENCODER
            and self.file.demuxer == "mov"
            and self.spec.channels <= 2
            and not self.spec.mono_tracks
        )

    def _encode_runs(self, level: LevelledMix, runs: Sequence[EncoderRun], taken: int) -> list[EncodedRun]:
        def encoded(run: EncoderRun) -> EncodedRun:
            span = run.span(taken)

            def make(out: Path) -> Mapping[str, Any]:
                self.work.check_cancelled()
                self._encode_span(level, out, span)
                head, tail = windows_of(out, self.file, run)
                return {"head": head, "tail": tail}

            kept = self.work.store.make(
                self._key(level, span), self.file.suffix, make, cancel=self.work.cancel
            )
            return EncodedRun(run, kept.path, tuple(kept.facts["head"]), tuple(kept.facts["tail"]))

        with ThreadPoolExecutor(cores(), thread_name_prefix="encode") as pool:
            return list(pool.map(encoded, runs))

    def _key(self, level: LevelledMix, span: tuple[int, int]) -> str:
        fed = self._feed(span)
        samples = level.content(self.first + fed.start, self.first + fed.stop)
        taken = (fed.skipped, fed.samples)
        return content_key(
            "encoded", ENCODING, find().version, samples, taken, self.spec, self.file, excluded=_NOT_IN_KEY
        )

    def _feed(self, span: tuple[int, int] | None) -> graph.Feed:
        return graph.feed_of(span, self.samples, self.spec, self.file)

    def _encode_span(self, level: LevelledMix, out: Path, span: tuple[int, int] | None) -> None:
        fed = self._feed(span)
        args = graph.encode_args(fed, level.gain_db, self.spec, out, self.file)
        blocks = level.blocks(self.first + fed.start, self.first + fed.stop)
        feed(args, (block.data for block in blocks), cancel=self.work.cancel)
