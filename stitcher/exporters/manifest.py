"""The manifest of a hand-over: which files are its own and what they held, and what of a folder is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from stitcher.errors import OutputError
from stitcher.media.files import sha256_file

MANIFEST = "MANIFEST.sha256"
MEDIA = "media"
_NAMED = 3
"""Files named in a refusal."""


def read_manifest(folder: Path) -> dict[str, str]:
    """Checksums by name, relative to the folder with `/`; empty where there is no manifest."""
    with suppress(OSError, UnicodeDecodeError):
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        parts = (line.partition("  ") for line in lines)
        return {name: checksum for checksum, separator, name in parts if separator}
    return {}


def manifest_text(sums: Mapping[str, str]) -> str:
    """The manifest of files with their checksums, as `sha256sum -c` reads it."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def sha256_of(content: bytes) -> str:
    """SHA-256 of bytes, lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def check_target(folder: Path) -> None:
    """Raise `OutputError` where a hand-over may not be written: over a file, or over what is of no hand-over.

    What a person may have saved over a file of an older hand-over is none of its own either: timelines and lists that
    are not as they were written.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError(f"{str(folder)!r} is no folder: name another with -o.")
    if not folder.is_dir():
        return
    known = read_manifest(folder)
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    foreign = sorted(present - {MANIFEST} - set(known))
    if foreign:
        raise OutputError(
            f"{str(folder)!r} holds files that are of no hand-over ({_listed(foreign)}): it would be replaced whole. "
            "Move them away, or name another folder with -o."
        )
    written = (folder / MANIFEST).stat().st_mtime_ns if known else 0
    changed = [
        name
        for name in sorted(present & set(known))
        if not name.startswith(f"{MEDIA}/")
        and (folder / name).stat().st_mtime_ns > written
        and sha256_file(folder / name) != known[name]
    ]
    if changed:
        raise OutputError(
            f"{str(folder)!r} is a hand-over in which {_listed(changed)} changed since it was written: somebody may "
            "have saved work there. Move what is to be kept away, or name another folder with -o."
        )


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more
