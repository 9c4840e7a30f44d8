"""Media that an `.otioz` brings along, unpacked beside a storyboard: all of them or none."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from stitcher.errors import DiskFull, InputError, OutputError
from stitcher.media.files import disk_errors, free_bytes

_CHUNK = 1 << 20


def unpacked(cut: Path, beside: Path) -> Path:
    """The folder of an archive's media: `NAME-media` in the folder `beside`. What is there whole already stays.

    Raises `InputError` for an archive that cannot be read or has names that lead elsewhere, `DiskFull`, and
    `OutputError` where a folder of that name holds something else.
    """
    folder = beside / f"{cut.stem}-media"
    try:
        with zipfile.ZipFile(cut) as archive:
            members = _members(cut, archive)
            if os.path.lexists(folder):
                _check_same(folder, members)
                return folder
            needed, free = sum(one.file_size for one in members), free_bytes(beside)
            if needed > free:
                raise DiskFull(
                    f"The media in {str(cut)!r} take {needed} bytes, and {free} are free in {str(beside)!r}."
                )
            with (
                disk_errors(folder),
                tempfile.TemporaryDirectory(dir=beside, prefix=f".{cut.stem}-media-") as temporary,
            ):
                made = Path(temporary) / "media"
                made.mkdir()
                for one in members:
                    _unpack(archive, one, made / PurePosixPath(one.filename).name)
                made.rename(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
        raise InputError(f"{str(cut)!r} is no .otioz archive whose media can be read: {exc}.") from exc
    return folder


def _members(cut: Path, archive: zipfile.ZipFile) -> Sequence[zipfile.ZipInfo]:
    """The files of its media, which lie in a folder of their own under plain names."""
    found: dict[str, zipfile.ZipInfo] = {}
    for one in archive.infolist():
        if one.is_dir() or one.filename in ("content.otio", "version.txt"):
            continue
        path = PurePosixPath(one.filename)
        plain = len(path.parts) == 2 and path.parts[0] == "media" and path.name not in ("", ".", "..")
        if not plain or set("\\:\0") & set(one.filename) or stat.S_ISLNK(one.external_attr >> 16):
            raise InputError(
                f"{str(cut)!r} has a file named {one.filename!r}, which is none of its media and could lie anywhere: "
                "nothing was unpacked."
            )
        if found.setdefault(path.name.casefold(), one) is not one:
            raise InputError(f"{str(cut)!r} has two files named {path.name!r}: nothing was unpacked.")
    return tuple(found.values())


def _check_same(folder: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    for one in members:
        path = folder / PurePosixPath(one.filename).name
        if path.is_symlink() or not path.is_file() or path.stat().st_size != one.file_size:
            raise OutputError(f"{str(folder)!r} is there and has other files than the archive: move it away.")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """No more of a file than the archive says that it has: zipfile ends there, and checks its sum."""
    with archive.open(member) as source, target.open("xb") as file:
        shutil.copyfileobj(source, file, _CHUNK)
        file.flush()
        os.fsync(file.fileno())
