"""Packages deliverables from a finished film: HLS streams, image sequences, GIFs, stills and MXF.

Each is made in a hidden folder beside its target and renamed when it is right, so it exists whole or not at
all. A folder is only ever replaced by the same kind of folder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from stitcher.errors import OutputError
from stitcher.formats.containers import CONTAINERS
from stitcher.media.files import disk_errors, publish, temporary_beside
from stitcher.rendering.packaging.base import PackagingJob as PackagingJob
from stitcher.rendering.packaging.frames import make_frames
from stitcher.rendering.packaging.gif import make_gif
from stitcher.rendering.packaging.hls import make_hls
from stitcher.rendering.packaging.mxf import make_mxf, make_opatom
from stitcher.rendering.packaging.still import make_still

_MAKERS: dict[str, Callable[[PackagingJob, Path], tuple[Path, ...]]] = {
    "hls": make_hls,
    "frames": make_frames,
    "gif": make_gif,
    "still": make_still,
    "mxf": make_mxf,
    "mxf_opatom": make_opatom,
}
"""What fills the hidden folder, by container; returns the files, the one to open first in front."""


def package(job: PackagingJob) -> tuple[Path, ...]:
    """Make the deliverable of a finished film and return its files, the one to open first in front.

    Raises `OutputError` when a folder of other things stands there, `FfmpegFailed`, `DiskFull`, `Interrupted`, and
    `VerifyError` when the result is not what was planned.
    """
    make, target = _MAKERS[job.delivery.container], job.target
    as_folder = CONTAINERS[job.delivery.container].is_folder
    if as_folder:
        _refuse_foreign(target)
    with _hidden_folder(target) as folder:
        made = make(job, folder)
        if as_folder:
            names = [path.relative_to(folder) for path in made]
            _swap_folder(folder, target)
            return tuple(target / name for name in names)
        return tuple(_publish_beside(path, target) for path in made)


@contextmanager
def _hidden_folder(target: Path) -> Iterator[Path]:
    folder = temporary_beside(target.with_suffix(""))
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_OWN = re.compile(r"(v|audio|captions)\d*|.*\.(m3u8|m4s|mp4)|\d{6}\.(png|exr)|sound\.wav|.*_[va]\d+\.mxf")


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise OutputError(f"{str(target)!r} is a file, and this deliverable is a folder; give another name.")
    foreign = next((entry.name for entry in target.iterdir() if not _OWN.fullmatch(entry.name)), None)
    if foreign is not None:
        raise OutputError(f"{str(target)!r} holds other things ({foreign!r}); give a new or empty folder.")


def _swap_folder(folder: Path, target: Path) -> None:
    with disk_errors(target):
        if not target.exists():
            folder.rename(target)
            return
        old = temporary_beside(target)
        target.rename(old)
        try:
            folder.rename(target)
        except OSError:
            old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)


def _publish_beside(made: Path, target: Path) -> Path:
    """Rename a file made under the name `film` + something to the target's stem + the same something."""
    extra = made.stem.removeprefix("film")
    path = target.with_name(f"{target.stem}{extra}{target.suffix or made.suffix}")
    publish(made, path)
    return path
