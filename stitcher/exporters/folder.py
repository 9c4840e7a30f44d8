"""The hand-over folder on disk: timelines, media, lists, other parts, a page to read and checksums.

It is whole or not there at all. An older hand-over in its place is replaced; what has not changed of it keeps its
file. A folder with anything else in it is refused.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from stitcher.delivery.editor_preset import EditorPreset, MediaPolicy
from stitcher.errors import DiskFull, ExtraMissing, MediaBroken, PresetError
from stitcher.exporters.exporter import ExportFile
from stitcher.exporters.handover import FinishedFile, Handover, MediaFile
from stitcher.exporters.losses import Loss, LossKind
from stitcher.exporters.manifest import (
    MANIFEST,
    MEDIA,
    check_target,
    manifest_text,
    read_manifest,
    sha256_of,
)
from stitcher.exporters.parts import Part, PartFile
from stitcher.exporters.readme_text import readme
from stitcher.exporters.registry import find_exporter
from stitcher.media.files import check_regular, free_bytes, sha256_file
from stitcher.media.probe_cache import carry_over
from stitcher.media.replaced_folder import held_folder, replaced_folder
from stitcher.one_line import one_line
from stitcher.version import DISTRIBUTION

README = "README.txt"
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
    changed: tuple[str, ...] = ()
    """Those of `files` that were not there, or not so, before."""

    __repr__ = one_line


@dataclass(frozen=True, slots=True)
class FormatFiles:
    """What one format says of the film."""

    name: str
    files: tuple[ExportFile, ...]
    losses: tuple[Loss, ...]
    keeps: frozenset[LossKind] = frozenset()


def write_folder(
    handover: Handover,
    preset: EditorPreset,
    folder: Path,
    *,
    media: MediaPolicy | None = None,
    parts: Sequence[Part] = (),
) -> HandedOver:
    """Write a hand-over. `folder` is absolute; `media` instead of the preset's own way.

    Raises `MediaMissing` for a file that is gone, `OutputError` for a folder that holds anything but an older
    hand-over, `OutputBusy`, `DiskFull`, `PresetError` for a format that is not there, and what exporters raise.
    """
    check_target(folder)
    # What was made into another codec is the hand-over's own.
    policy: MediaPolicy = "copy" if (media or preset.media.value) == "copy" else "link"
    handover = replace(handover, finished=_finished(parts, folder, preset))
    formats = formats_of(handover, preset)
    handover, formats = with_losses_where_they_are(handover, formats, preset)
    made = [file.content for part in parts for file in part.files if isinstance(file.content, Path)]
    check_space(folder, formats, [one.path for one in handover.media], policy)
    check_space(folder, (), made, policy)
    page = readme(
        handover,
        preset,
        [(one.name, [file.name for file in one.files], one.losses) for one in formats],
        parts,
    )
    states = {one.path: os.stat(one.path) for one in handover.media} if policy == "link" else {}
    with held_folder(folder):
        older = read_manifest(folder)
        with replaced_folder(folder) as new:
            writer = _Writer(new, folder, older)
            for one in handover.media:
                writer.place(f"{MEDIA}/{one.file}", one.path, one.sha256, policy)
            for part in parts:
                for file in part.files:
                    writer.part_file(file, policy)
            for one_format in formats:
                for written in one_format.files:
                    writer.export_file(written, handover.media)
            writer.content(README, page.encode())
            sums = dict(writer.sums)
            writer.content(MANIFEST, manifest_text(sums).encode())
    for path, stat in states.items():
        carry_over(path, stat)
    lost = dict.fromkeys((*handover.losses, *(loss for one in formats for loss in one.losses)))
    first = formats[0].files[0].name
    others = (name for name in (*sums, MANIFEST) if name != first)
    changed = tuple(name for name in sums if older.get(name) != sums[name])
    return HandedOver(folder, preset.name, (first, *others), tuple(lost), handover, changed)


def with_losses_where_they_are(
    handover: Handover, formats: Sequence[FormatFiles], preset: EditorPreset
) -> tuple[Handover, tuple[FormatFiles, ...]]:
    """What some timelines keep of what a hand-over loses, as losses of the others alone."""
    timelines = [one for one in formats if one.files and one.name in preset.timelines.value]
    kept = frozenset[LossKind]().union(*(one.keeps for one in timelines))
    some = [loss for loss in handover.losses if loss.kind in kept]
    told = tuple(
        replace(one, losses=(*(loss for loss in some if loss.kind not in one.keeps), *one.losses))
        if one in timelines
        else one
        for one in formats
    )
    return replace(handover, losses=tuple(one for one in handover.losses if one.kind not in kept)), told


def _finished(parts: Iterable[Part], folder: Path, preset: EditorPreset) -> tuple[FinishedFile, ...]:
    """Those files of the parts that timelines may lay beside the film."""
    names = [(file.track, file.name) for part in parts for file in part.files if file.track]
    relative = preset.paths.value == "relative"
    return tuple(
        FinishedFile(track, name if relative else (folder / name).as_posix()) for track, name in names
    )


def formats_of(handover: Handover, preset: EditorPreset) -> tuple[FormatFiles, ...]:
    """The film in every format of an editor; those that are optional have no files where their extra is missing.

    Raises `PresetError` for two that write one file, and `ExtraMissing` for one that cannot be written.
    """
    formats: list[FormatFiles] = []
    for name in (*preset.timelines.value, *preset.lists.value):
        try:
            exporter = find_exporter(name)
        except ExtraMissing as exc:
            if name not in preset.optional.value or not formats:
                raise
            hint = f"pip install '{DISTRIBUTION}[{exc.extra}]'"
            formats.append(FormatFiles(name, (), (Loss("not-installed", name, hint),)))
            continue
        export = exporter.export(handover)
        formats.append(FormatFiles(name, export.files, export.losses, export.keeps))
    names = [file.name for one in formats for file in one.files]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise PresetError(f"The editor {preset.name!r} wants two formats that both write {', '.join(twice)}.")
    return tuple(formats)


def check_space(
    folder: Path, formats: Iterable[FormatFiles], files: Iterable[Path], policy: MediaPolicy
) -> None:
    """Raise `DiskFull` where copies and archives of the media would not fit, `MediaMissing` for one that is gone."""
    bundles = sum(file.bundle for one in formats for file in one.files)
    here = os.stat(next(parent for parent in folder.parents if parent.exists())).st_dev
    needed = 0
    for path in files:
        stat = check_regular(path)
        # Between disks there is no second name.
        needed += stat.st_size * (bundles + (policy == "copy" or stat.st_dev != here))
    require_room(folder, needed, "hand media over by link")


def require_room(folder: Path, needed: int, instead: str) -> None:
    """Raise `DiskFull` where a hand-over of so many bytes would not fit; `instead` is what else could be done."""
    if needed and needed > (free := free_bytes(folder.parent)):
        raise DiskFull(
            f"The hand-over needs {needed // 10**6} MB and {str(folder.parent)!r} has {free // 10**6} MB free; make "
            f"room, or {instead}. Nothing was written."
        )


@dataclass(slots=True)
class _Writer:
    """Fills a new folder, and takes over what an older hand-over has already."""

    new: Path
    old: Path
    older: Mapping[str, str]
    """Checksums of the older hand-over's files."""
    sums: dict[str, str] = field(default_factory=dict)

    def place(self, name: str, source: Path, sha256: str, policy: MediaPolicy) -> None:
        """A file under another name: the file itself (`link`) where the disk allows it, else a copy."""
        target = self._target(name)
        self.sums[name] = sha256
        check_regular(source)
        if policy == "link":
            with suppress(OSError):
                os.link(source, target)
                return
        if self._kept(name, target, read=False):
            return
        shutil.copyfile(source, target)
        if sha256_file(target) != sha256:
            raise MediaBroken(source, "changed while it was copied; run again.")

    def part_file(self, file: PartFile, policy: MediaPolicy) -> None:
        """A file of a part."""
        if isinstance(file.content, bytes):
            self.content(file.name, file.content)
        elif file.sha256:
            self.place(file.name, file.content, file.sha256, policy)
        else:
            self.sums[file.name] = sha256_file(file.content)
            target = self._target(file.name)
            if self._kept(file.name, target):
                return
            with suppress(OSError):
                os.link(file.content, target)
                return
            shutil.copyfile(file.content, target)

    def export_file(self, file: ExportFile, media: Iterable[MediaFile]) -> None:
        """A file of a format."""
        if not file.bundle:
            self.content(file.name, file.content)
            return
        target = self._target(file.name)
        if self._bundle_stands(file, media):
            self.sums[file.name] = self.older[file.name]
            if self._kept(file.name, target, read=False):
                return
        _write_bundle(target, file, self.new, media)
        self.sums[file.name] = sha256_file(target)

    def _bundle_stands(self, file: ExportFile, media: Iterable[MediaFile]) -> bool:
        """Whether the older hand-over has the same archive: of the same timeline and the same media."""
        if any(self.older.get(f"{MEDIA}/{one.file}") != one.sha256 for one in media):
            return False
        with (
            suppress(OSError, KeyError, zipfile.BadZipFile),
            zipfile.ZipFile(self.old / file.name) as archive,
        ):
            return file.name in self.older and archive.read("content.otio") == file.content
        return False

    def content(self, name: str, content: bytes) -> None:
        """A small file."""
        self.sums[name] = sha256_of(content)
        target = self._target(name)
        if not self._same(name, content) or not self._link_old(name, target):
            target.write_bytes(content)

    def _target(self, name: str) -> Path:
        target = self.new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _same(self, name: str, content: bytes) -> bool:
        with suppress(OSError):
            return (self.old / name).read_bytes() == content
        return False

    def _kept(self, name: str, target: Path, *, read: bool = True) -> bool:
        """Whether the older hand-over has the file, which has become the new one's too; `read` looks at its bytes."""
        if self.older.get(name) != self.sums[name]:
            return False
        if read and sha256_file(self.old / name) != self.sums[name]:
            return False
        return self._link_old(name, target)

    def _link_old(self, name: str, target: Path) -> bool:
        before = self.old / name
        if before.is_symlink():
            return False
        with suppress(OSError):
            os.link(before, target)
            return True
        return False


def _write_bundle(target: Path, file: ExportFile, new: Path, media: Iterable[MediaFile]) -> None:
    """An archive as OpenTimelineIO reads it: the timeline, the version of the form, and media stored as they are."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in _bundle_texts(file):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
        for one in media:
            info = zipfile.ZipInfo(f"{MEDIA}/{one.file}", _EPOCH)
            path = new / MEDIA / one.file
            info.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(info, "w") as entry:
                shutil.copyfileobj(source, entry, 1 << 20)


def _bundle_texts(file: ExportFile) -> Iterator[tuple[str, bytes]]:
    yield "content.otio", file.content
    yield "version.txt", b"1.0.0"
