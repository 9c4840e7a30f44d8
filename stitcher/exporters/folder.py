"""The hand-over folder on disk: timelines, media, lists, a page to read and checksums; whole, or not there at all.

It is made beside its place under another name and renamed into it. An older hand-over in its place is replaced; what
has not changed of it keeps its file. A folder with anything else in it is refused.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from stitcher.delivery.editor_preset import EditorPreset, MediaPolicy
from stitcher.errors import DiskFull, MediaBroken, OutputError, PresetError
from stitcher.exporters.exporter import ExportFile
from stitcher.exporters.handover import Handover, MediaFile
from stitcher.exporters.losses import Loss
from stitcher.exporters.readme_text import readme
from stitcher.exporters.registry import find_exporter
from stitcher.media.files import check_regular, disk_errors, free_bytes, sha256_file

MANIFEST = "MANIFEST.sha256"
README = "README.txt"
MEDIA = "media"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The one time that archives know, so that the same film gives the same bytes."""


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A hand-over that was written."""

    folder: Path
    editor: str
    files: tuple[str, ...]
    """What to open first, then all others, relative to `folder`."""
    losses: tuple[Loss, ...]
    """What is not as in the film, in any of its formats."""
    handover: Handover = field(repr=False, compare=False)


def write_folder(
    handover: Handover, preset: EditorPreset, folder: Path, *, media: MediaPolicy | None = None
) -> HandedOver:
    """Write a hand-over. `folder` is absolute; `media` instead of the preset's own way.

    Raises `MediaMissing` for a file that is gone, `OutputError` for a folder that holds anything but an older
    hand-over, `DiskFull`, `PresetError` for a format that is not there, and what exporters raise.
    """
    check_target(folder)
    policy = media or preset.media.value
    formats: list[tuple[str, tuple[ExportFile, ...], tuple[Loss, ...]]] = []
    for name in (*preset.timelines.value, *preset.lists.value):
        export = find_exporter(name).export(handover)
        formats.append((name, export.files, export.losses))
    names = [file.name for _, files, _ in formats for file in files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PresetError(f"The editor {preset.name!r} wants two formats that both write {', '.join(twice)}.")
    _check_space(handover, folder, formats, policy)
    page = readme(
        handover, preset, [(name, [file.name for file in files], lost) for name, files, lost in formats]
    )
    with _replaced(folder) as new:
        sums: dict[str, str] = {}
        for one in handover.media:
            sums[f"{MEDIA}/{one.file}"] = _place(one, new / MEDIA / one.file, folder, policy)
        for _, files, _ in formats:
            for file in files:
                sums[file.name] = _write(new / file.name, file, handover, new)
        sums[README] = _write(new / README, ExportFile(README, page.encode()), handover, new)
        manifest = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        _write(new / MANIFEST, ExportFile(MANIFEST, manifest.encode()), handover, new)
        _keep_unchanged(new, folder, sums)
    lost = dict.fromkeys((*handover.losses, *(loss for *_, losses in formats for loss in losses)))
    first = formats[0][1][0].name
    others = (name for name in (*sums, MANIFEST) if name != first)
    return HandedOver(folder, preset.name, (first, *others), tuple(lost), handover)


def check_target(folder: Path) -> None:
    """Raise `OutputError` where a hand-over may not be written."""
    if not os.path.lexists(folder):
        return
    if folder.is_symlink() or not folder.is_dir():
        raise OutputError(f"{str(folder)!r} is no folder: name another with -o.")
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    foreign = sorted(present - {MANIFEST} - set(_read_manifest(folder)))
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise OutputError(
            f"{str(folder)!r} holds files that are of no hand-over ({', '.join(foreign[:3])}{more}): it would be "
            "replaced whole. Move them away, or name another folder with -o."
        )


def _read_manifest(folder: Path) -> Mapping[str, str]:
    """Checksums by name, of an older hand-over."""
    with suppress(OSError, UnicodeDecodeError):
        lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
        return {name: checksum for checksum, _, name in (line.partition("  ") for line in lines)}
    return {}


def _check_space(
    handover: Handover,
    folder: Path,
    formats: list[tuple[str, tuple[ExportFile, ...], tuple[Loss, ...]]],
    policy: MediaPolicy,
) -> None:
    bundles = sum(file.bundle for _, files, _ in formats for file in files)
    copies = bundles + (policy == "copy")
    needed = copies * sum(check_regular(one.path).st_size for one in handover.media)
    if needed and needed > (free := free_bytes(folder.parent)):
        raise DiskFull(
            f"The hand-over needs {needed // 10**6} MB and {str(folder.parent)!r} has {free // 10**6} MB free; make "
            "room, or hand media over by link."
        )


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """A new folder to fill, renamed to `folder` when the block ends well, and removed when it does not."""
    mark = secrets.token_hex(6)
    new = folder.with_name(f".{folder.name}.stitcher-{mark}")
    old = folder.with_name(f".{folder.name}.stitcher-{mark}-old")
    with disk_errors(folder):
        (new / MEDIA).mkdir(parents=True)
    try:
        with disk_errors(folder):
            yield new
            if folder.exists():
                folder.rename(old)
                try:
                    new.rename(folder)
                except OSError:
                    old.rename(folder)
                    raise
            else:
                new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _place(media: MediaFile, target: Path, folder: Path, policy: MediaPolicy) -> str:
    """Put a file where timelines look for it; returns its checksum."""
    before = folder / MEDIA / media.file
    if policy == "link":
        with suppress(OSError):
            os.link(media.path, target)
            return media.sha256
    elif _read_manifest(folder).get(f"{MEDIA}/{media.file}") == media.sha256 and not before.is_symlink():
        with suppress(OSError):
            os.link(before, target)
            return media.sha256
    shutil.copyfile(media.path, target)
    if sha256_file(target) != media.sha256:
        raise MediaBroken(media.path, "changed while it was copied; run again.")
    return media.sha256


def _write(target: Path, file: ExportFile, handover: Handover, new: Path) -> str:
    """Write one file; returns its checksum."""
    if file.bundle:
        _write_bundle(target, file, handover, new)
        return sha256_file(target)
    target.write_bytes(file.content)
    return hashlib.sha256(file.content).hexdigest()


def _write_bundle(target: Path, file: ExportFile, handover: Handover, new: Path) -> None:
    """An archive as OpenTimelineIO reads it: the timeline, the version of the form, and media stored as they are."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in (("content.otio", file.content), ("version.txt", b"1.0.0")):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
        for one in handover.media:
            info = zipfile.ZipInfo(f"{MEDIA}/{one.file}", _EPOCH)
            path = new / MEDIA / one.file
            info.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(info, "w") as entry:
                shutil.copyfileobj(source, entry, 1 << 20)


def _keep_unchanged(new: Path, folder: Path, sums: Mapping[str, str]) -> None:
    """Keep files of an older hand-over that are the same as the new ones, so that nobody reads them again."""
    older = _read_manifest(folder)
    for name, checksum in sums.items():
        if older.get(name) == checksum and not name.startswith(f"{MEDIA}/"):
            kept = new / f"{name}.kept"
            with suppress(OSError):
                if sha256_file(folder / name) == checksum:
                    os.link(folder / name, kept)
                    os.replace(kept, new / name)
