"""A film's mix before its loudness, kept in stretches: those that changed are mixed; all that follows reads them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitcher.media.ffmpeg import find
from stitcher.media.files import disk_errors
from stitcher.media.threads import cores
from stitcher.media.wav import Samples, bare_samples, samples_at
from stitcher.sound.mix import Mix
from stitcher.sound.mixing import added, stem_of
from stitcher.sound.parts import SUFFIX, PlayablePart, prepare
from stitcher.sound.passages import STRETCH, Part, Stretch, mix_stretches
from stitcher.sound.store import Kept, Store, Workshop


@dataclass(frozen=True, slots=True)
class KeptMix:
    """Samples of a mix, in files of bare floats of one stretch each."""

    files: tuple[Path, ...]
    keys: tuple[str, ...]
    """The content key of each file's samples."""
    samples: int
    channels: int
    peak: float
    """The highest sample; 1 is full scale."""
    notes: tuple[str, ...] = ()
    """What a report must say of the sources."""

    @property
    def peak_dbfs(self) -> float | None:
        """The highest sample; `None` for digital silence."""
        return 20 * math.log10(self.peak) if self.peak else None

    def read(self, start: int, stop: int) -> Iterator[Samples]:
        """The samples from `start` up to, not including, `stop`, a stretch at a time."""
        while start < stop:
            index, offset = divmod(start, STRETCH)
            block = samples_at(
                bare_samples(self.files[index], self.channels), offset, min(stop - start, STRETCH - offset)
            )
            yield block
            start += len(block)


def keep_mix(mix: Mix, channels: int, work: Workshop) -> KeptMix:
    """The mix, its stretches found in the workshop's store or made now. Raises as `parts.prepare`."""
    version = find().version
    stretches = mix_stretches(mix, channels)
    keys = tuple(stretch.key(version) for stretch in stretches)
    kept: dict[str, Kept] = {}
    missing: dict[str, Stretch] = {}
    for key, stretch in zip(keys, stretches, strict=True):
        if key not in kept and key not in missing:
            found = work.store.find(key, SUFFIX)
            if found is None:
                missing[key] = stretch
            else:
                kept[key] = found
    if missing:
        kept |= _mixed(missing, work)
    facts = [kept[key].facts for key in keys]
    return KeptMix(
        files=tuple(kept[key].path for key in keys),
        keys=keys,
        samples=mix.film_samples,
        channels=channels,
        peak=max((one["peak"] for one in facts), default=0.0),
        notes=tuple(dict.fromkeys(note for one in facts for note in one["notes"])),
    )


def _mixed(missing: Mapping[str, Stretch], work: Workshop) -> dict[str, Kept]:
    stems = dict(_kept_stems(missing, work.store))
    parts = prepare(
        dict.fromkeys(
            passage.part
            for key, stretch in missing.items()
            for number, stem in enumerate(stretch.stems)
            if (key, number) not in stems
            for passage in stem
        ),
        work,
    )

    def made(key: str) -> tuple[str, Kept]:
        def make(out: Path) -> Mapping[str, Any]:
            work.check_cancelled()
            stretch = missing[key]
            kept = [stems.get((key, number)) for number in range(len(stretch.stems))]
            return _write(out, stretch, kept, parts)

        return key, work.store.make(key, SUFFIX, make, cancel=work.cancel)

    with ThreadPoolExecutor(cores(), thread_name_prefix="stretch") as pool:
        return dict(pool.map(made, missing))


def _kept_stems(stretches: Mapping[str, Stretch], store: Store) -> Iterator[tuple[tuple[str, int], Kept]]:
    """The stems of stretches that have been mixed for themselves, by the stretch's key and their number in it."""
    version = find().version
    for key, stretch in stretches.items():
        for number, stem in enumerate(stretch.stems) if len(stretch.stems) > 1 else ():
            kept = store.find(stretch.of_stem(stem).key(version), SUFFIX)
            if kept is not None:
                yield (key, number), kept


def _write(
    out: Path, stretch: Stretch, stems: Sequence[Kept | None], parts: Mapping[Part, PlayablePart]
) -> Mapping[str, Any]:
    """Mix a stretch to a file, its stems read where they are kept, and tell what is to be known of it."""
    heard: list[Samples] = []
    notes: dict[str, None] = {}
    for stem, kept in zip(stretch.stems, stems, strict=True):
        if kept is not None:
            heard.append(samples_at(bare_samples(kept.path, stretch.channels), 0, stretch.samples))
            notes |= dict.fromkeys(kept.facts["notes"])
        else:
            played = {passage.part: parts[passage.part] for passage in stem}
            heard.append(stem_of(stretch, stem, {part: one.data for part, one in played.items()}))
            notes |= dict.fromkeys(note for one in played.values() for note in one.notes)
    total = added(stretch, heard)
    with disk_errors(out), open(out, "wb") as file:
        file.write(total.astype("<f4", copy=False).data)
    return {"peak": max(float(total.max()), -float(total.min())), "notes": list(notes)}
