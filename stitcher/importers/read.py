"""Cuts read from files: which format a file is in, and what lies beside it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from stitcher.importers.cut import Cut
from stitcher.importers.edl import clip_names, rate_said, read_edl
from stitcher.importers.fcpxml import read_fcpxml
from stitcher.importers.otio_json import read_otio
from stitcher.importers.text import MAX_BYTES, read_bytes, refused
from stitcher.importers.xmeml import read_xmeml
from stitcher.media.files import check_regular

SUFFIXES = (".otio", ".otioz", ".xml", ".fcpxml", ".fcpxmld", ".edl")
"""Of files that are cuts."""
_OWN_TRACK = re.compile(r"(.+)_V1(?:_1)?\.edl", re.IGNORECASE)
"""What our hand-overs call the edit list of the film's pictures; those of the other tracks lie beside it."""
RateOf = Callable[[tuple[str, ...]], Fraction | None]
"""Frames a second of the files of these names, where they are found and agree."""


def read_cut(path: Path, rate: Fraction | None = None, rate_of: RateOf | None = None) -> Cut:
    """The cut in a file. `rate` is that of an edit list, which does not say it; else `rate_of` is asked for it.

    Raises `MediaMissing`, and `InputError` for what is no cut or cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".otioz":
        return read_otio(_from_archive(path), str(path))
    if suffix == ".fcpxmld" or path.is_dir():
        return read_fcpxml(read_bytes(path / "Info.fcpxml"), str(path))
    if suffix == ".edl":
        return _edit_list(path, rate, rate_of)
    data = read_bytes(path)
    reader = _READERS.get(suffix) or _by_beginning(data)
    if reader is None:
        known = ", ".join(SUFFIXES)
        raise refused(path, f"is no cut that stitcher reads; it reads {known}.")
    return reader(data, str(path))


_READERS: Mapping[str, Callable[[bytes, str], Cut]] = {".otio": read_otio, ".fcpxml": read_fcpxml}


def _by_beginning(data: bytes) -> Callable[[bytes, str], Cut] | None:
    """Who reads a document, by its first element."""
    head = data[:4096]
    for encoding in ("utf-8-sig", "utf-16"):
        text = head.decode(encoding, "ignore")
        if "<xmeml" in text:
            return read_xmeml
        if "<fcpxml" in text:
            return read_fcpxml
        if '"OTIO_SCHEMA"' in text:
            return read_otio
    return None


def _from_archive(path: Path) -> bytes:
    check_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.getinfo("content.otio")
            if inside.file_size > MAX_BYTES:
                raise refused(path, "holds a timeline larger than any cut is: it was not read.")
            with archive.open(inside) as file:
                return file.read(MAX_BYTES)
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError) as exc:
        raise refused(path, f"is no .otioz archive that can be read: {exc}.") from exc


def _edit_list(path: Path, rate: Fraction | None, rate_of: RateOf | None) -> Cut:
    tracks: dict[tuple[bool, int], list[tuple[int, Path]]] = {(False, 1): [(1, path)]}
    if match := _OWN_TRACK.fullmatch(path.name):
        others = re.compile(rf"{re.escape(match[1])}_([VA])(\d+)(?:_(\d+))?\.edl", re.IGNORECASE)
        for one in path.parent.iterdir():
            if one != path and (found := others.fullmatch(one.name)):
                track = (found[1].upper() == "A", int(found[2]))
                tracks.setdefault(track, []).append((int(found[3] or 1), one))
    # Pictures first, as they say where the film begins; a track of more than 999 events goes on in further files.
    texts = [b"\n".join(read_bytes(one) for _, one in sorted(parts)) for _, parts in sorted(tracks.items())]
    rate = rate or rate_said(texts[0])
    if rate is None and rate_of is not None:
        rate = rate_of(clip_names(texts[0]))
    if rate is None:
        raise refused(
            path,
            "does not say at which rate it counts, and its clips are not found, or have several: give it with --rate.",
        )
    return read_edl(texts, str(path), rate)
