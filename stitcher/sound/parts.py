"""What passages are played from, as samples that can be read from anywhere: prepared by ffmpeg and kept, or the source.

Whatever ffmpeg does to a source (decoding, resampling, stretching, compressing) is done to all that a cue plays of it,
from its first sample on, and kept whole: what comes out at one place may depend on all that came before. A WAV that is
played as it is needs nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stitcher.errors import MediaBroken
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import disk_errors, publish
from stitcher.media.wav import WavData, bare_samples, wav_data
from stitcher.sound.mixing import mixed
from stitcher.sound.part_graph import compressed_args, source_parts_args
from stitcher.sound.passages import CompressedPart, Part, SourcePart, Stretch, part_key
from stitcher.sound.store import Kept, Store, Workshop
from stitcher.sound.verify import check_sources
from stitcher.timebase import SAMPLE_RATE

_AT_ONCE = 16
"""SourceParts made by one command: starting ffmpeg takes longer than decoding a short sound."""

SUFFIX = ".f32"


@dataclass(frozen=True, slots=True)
class PlayablePart:
    """A part's samples, and what a report must say of its source."""

    data: WavData
    notes: tuple[str, ...] = ()


def prepare(parts: Iterable[Part], work: Workshop) -> dict[Part, PlayablePart]:
    """Each of the parts as samples, found in the workshop's store or made now.

    Raises `MediaBroken` for a source that does not decode, `MediaMissing` for one that is gone, `Interrupted`, and what
    `media.ffmpeg_process.run` raises.
    """
    ready: dict[Part, PlayablePart] = {}
    missing: dict[SourcePart, None] = {}
    compressed: dict[CompressedPart, None] = {}
    asked = list(parts)
    while asked:
        part = asked.pop()
        if part in ready:
            continue
        if (found := _found(part, work.store)) is not None:
            ready[part] = found
        elif isinstance(part, SourcePart):
            missing[part] = None
        elif part not in compressed:
            compressed[part] = None
            asked += part.parts
    sources = list(missing)
    for at in range(0, len(sources), _AT_ONCE):
        ready |= _render(sources[at : at + _AT_ONCE], work)
    for part in reversed(compressed):
        ready[part] = _compress(part, ready, work)
    return ready


def _found(part: Part, store: Store) -> PlayablePart | None:
    as_it_is = _as_it_is(part) if isinstance(part, SourcePart) else None
    if as_it_is is not None:
        return PlayablePart(as_it_is)
    kept = store.find(part_key(part, find().version), SUFFIX)
    return None if kept is None else _playable(part, kept)


def _playable(part: Part, kept: Kept) -> PlayablePart:
    return PlayablePart(bare_samples(kept.path, part.channels), tuple(kept.facts["notes"]))


def _as_it_is(part: SourcePart) -> WavData | None:
    """The source itself, where it has the samples that are played, at the bus's rate."""
    sound = part.sound
    plain = SourcePart(
        sound, part.in_offset_samples, part.stop_samples, part.samples, least_samples=part.least_samples
    )
    if part != plain or sound.container != "wav" or sound.right is not None or sound.stream.open_ended:
        return None
    try:
        data = wav_data(sound.path)
    except MediaBroken:
        return None
    known = data.is_float or (data.is_pcm and data.bits in (16, 24, 32))
    if not known or (data.sample_rate, data.channels) != (SAMPLE_RATE, part.channels):
        return None
    stop = data.samples if part.stop_samples is None else min(data.samples, part.stop_samples)
    if part.samples is not None:
        stop = min(stop, part.in_offset_samples + part.samples)
    samples = max(0, stop - part.in_offset_samples)
    if samples < part.least_samples:
        return None
    return replace(data, offset=data.offset + part.in_offset_samples * data.frame_bytes, samples=samples)


def _render(sources: Sequence[SourcePart], work: Workshop) -> dict[Part, PlayablePart]:
    version = find().version
    with work.folder() as inner:
        outs = [inner.scratch / f"{number}{SUFFIX}" for number in range(len(sources))]
        args = source_parts_args(sources, outs)
        report = run(args, cancel=work.cancel)
        open_ended = {one.sound.path for one in sources if one.sound.stream.open_ended}
        notes = check_sources(args, report, open_ended=open_ended)
        ready: dict[Part, PlayablePart] = {}
        for source, out in zip(sources, outs, strict=True):
            facts = {"notes": [note for note in notes if note.startswith(repr(source.sound.name))]}
            kept = work.store.make(
                part_key(source, version), SUFFIX, _published(out, facts), cancel=work.cancel
            )
            ready[source] = _playable(source, kept)
        return ready


def _published(made: Path, facts: Mapping[str, Any]) -> Callable[[Path], Mapping[str, Any]]:
    def work(temp: Path) -> Mapping[str, Any]:
        publish(made, temp, durable=False)
        return facts

    return work


def _compress(part: CompressedPart, ready: Mapping[Part, PlayablePart], work: Workshop) -> PlayablePart:
    notes = list(dict.fromkeys(note for one in part.parts for note in ready[one].notes))

    def make(out: Path) -> Mapping[str, Any]:
        with work.folder() as inner:
            cue, keys = inner.scratch / "cue", inner.scratch / "keys"
            _write(cue, part.cue, ready)
            _write(keys, part.keys, ready)
            run(compressed_args(part, cue, keys, out), cancel=work.cancel)
        return {"notes": notes}

    return _playable(part, work.store.make(part_key(part, find().version), SUFFIX, make, cancel=work.cancel))


def _write(out: Path, stretches: Sequence[Stretch], ready: Mapping[Part, PlayablePart]) -> None:
    with disk_errors(out), open(out, "wb") as file:
        for stretch in stretches:
            file.write(mixed(stretch, {part: ready[part].data for part in stretch.parts}).data)
