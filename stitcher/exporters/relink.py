"""After a hand-over was moved: its timelines name media where they are now, in the way in which they did before."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote

from stitcher.errors import InputError, OutputError
from stitcher.exporters.manifest import MANIFEST, manifest_text, read_manifest, sha256_of
from stitcher.exporters.media_paths import can_be_relinked, path_reader
from stitcher.media.files import disk_errors, publish, temporary_beside
from stitcher.media.replaced_folder import held_folder
from stitcher.one_line import one_line

_URL = re.compile(r"file://(?P<host>[^/]*)(?P<path>/.*)", re.DOTALL)
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\")


@dataclass(frozen=True, slots=True)
class Relinked:
    """What became of a hand-over's timelines."""

    folder: Path
    changed: tuple[str, ...]
    """Timelines that were written anew."""
    unchanged: tuple[str, ...]
    """Those that named all media right already."""
    missing: tuple[str, ...]
    """Media that a timeline names and that are not there."""
    left: tuple[str, ...] = ()
    """Timelines that name media by places that cannot be written anew, as AAF does: export again."""

    __repr__ = one_line


def relink_folder(folder: Path) -> Relinked:
    """Write the place of a hand-over's media into its timelines, and their checksums into its manifest.

    `folder` is absolute. Each file is replaced whole; nothing is, if one of them cannot be. Files of nobody's hand-over
    are left alone, and so are addresses of files that it never had. Raises `InputError` for a folder that is no
    hand-over, `OutputError`, `OutputBusy` and `DiskFull`.
    """
    sums = read_manifest(folder)
    if not sums:
        raise InputError(
            f"{str(folder)!r} is no hand-over: there is no {MANIFEST} in it. Name a folder that 'stitcher export' "
            "wrote."
        )
    with held_folder(folder):
        place = _Place(folder, frozenset(sums))
        texts = {name: text for name in sorted(sums) if (text := place.text(name)) is not None}
        written = {name: place.relinked(name, text) for name, text in texts.items()}
        contents = {name: text.encode() for name, text in written.items()}
        changed = tuple(name for name in texts if written[name] != texts[name])
        listed = sums | {name: sha256_of(content) for name, content in contents.items()}
        replaced = {name: contents[name] for name in changed}
        if listed != sums:
            replaced[MANIFEST] = manifest_text(listed).encode()
        _replace_all(folder, replaced)
    return Relinked(
        folder,
        changed,
        tuple(name for name in texts if name not in changed),
        tuple(dict.fromkeys(place.missing)),
        tuple(name for name in sorted(sums) if not can_be_relinked(name)),
    )


@dataclass(slots=True)
class _Place:
    """A hand-over where it lies now."""

    folder: Path
    files: Collection[str]
    """What is in it, relative, with `/`."""
    missing: list[str] = field(default_factory=list)

    def text(self, name: str) -> str | None:
        """What a timeline says; `None` for a file that names no media, and for one that is not there any more."""
        path = self.folder / name
        if path_reader(name) is None or not path.is_file():
            return None
        try:
            return path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise OutputError(f"{str(path)!r} cannot be read as the timeline it was: {exc}.") from exc

    def relinked(self, name: str, text: str) -> str:
        """The text of a timeline with its media where they are."""
        reader = path_reader(name)
        return text if reader is None else reader.replaced(text, self.address)

    def address(self, old: str) -> str:
        """A file's address in the style of the old one: a path, absolute or relative, or a `file:` URL."""
        url = _URL.fullmatch(old)
        path = (unquote(url["path"]) if url is not None else old).replace("\\", "/")
        own = self._own(path) or self._own(unquote(path))
        if own is None:
            absolute = url is not None or _ABSOLUTE.match(old)
            if absolute and not Path(path).exists():
                self.missing.append(PurePosixPath(path).name)
            return old
        if not (self.folder / own).is_file():
            self.missing.append(own)
        now = (self.folder / own).as_posix()
        if url is not None:
            return f"file://{url['host']}{quote(now, safe='/:')}"
        return now if _ABSOLUTE.match(old) else old

    def _own(self, path: str) -> str | None:
        """The file of the hand-over that a path names, wherever it was: the longest end of it that is one."""
        parts = [part for part in path.split("/") if part]
        ends = ("/".join(parts[start:]) for start in range(len(parts) - 1))
        return next((end for end in ends if end in self.files), None)


def _replace_all(folder: Path, contents: dict[str, bytes]) -> None:
    """Write all of these beside their places first, and rename them when every one is there: the manifest last."""
    with ExitStack() as cleanup:
        waiting = []
        for name, content in contents.items():
            temp = temporary_beside(folder / name)
            cleanup.callback(temp.unlink, missing_ok=True)
            with disk_errors(folder / name):
                temp.write_bytes(content)
            waiting.append((temp, folder / name))
        for temp, target in waiting:
            publish(temp, target)
