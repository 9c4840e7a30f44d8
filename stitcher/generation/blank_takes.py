"""Black and silent takes, with nothing to be seen or heard: a generator may be paid for a wholly black clip."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stitcher.errors import MediaError
from stitcher.generation.take import Take
from stitcher.media.probe import probe


def blank_takes(takes: Iterable[Take], folder: Path) -> tuple[str, ...]:
    """A line for each take on disk that is wholly black or, where it has sound, wholly silent: `Shot door take 2: …`.

    `folder` is the project's. Files that are gone or damaged are left out; others tell of them.
    """
    from stitcher.media.blank import blank_remark, blanks

    lines = []
    for take in takes:
        if take.file is None or not (take.on_disk and take.is_picture):
            continue
        try:
            found = blanks(probe(folder / take.file))
        except MediaError:
            continue
        if found:
            lines.append(f"{take.label}: {blank_remark(found)}.")
    return tuple(lines)
