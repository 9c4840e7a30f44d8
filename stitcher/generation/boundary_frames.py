"""First and last frames that takes start from: cut out once, kept as PNG beside their take, and never cut again.

What the next request is made of is the PNG's bytes and not the clip's, so another decoder changes nothing.
"""

from __future__ import annotations

import logging
from pathlib import Path

from stitcher.errors import MediaRefused
from stitcher.generation.colour_matrix import Verdict, decide_matrix, likely_matrix
from stitcher.generation.ledger import Ledger
from stitcher.generation.paths import frame_file, shot_folder
from stitcher.generation.project import Project
from stitcher.generation.start_frames import picture_name
from stitcher.generation.take import Take
from stitcher.media.clip import Clip
from stitcher.media.files import next_free_path, sha256_file, write_once
from stitcher.media.probe import probe
from stitcher.media.stills import png_bytes

_log = logging.getLogger(__name__)
FAR = 24.0
"""Levels: a first frame further than this from its start picture is said to show something else."""


def frame_take(folder: Path, ledger: Ledger, take: Take) -> tuple[Take, str]:
    """The stored take with its last frame kept and its matrix decided, and a note about it or an empty string.

    `folder` is the project's.

    Raises `MediaError` when the file is not the one that was stored, `DiskFull` or `OutputError`.
    """
    from stitcher.media.frames import last_frame

    assert take.file is not None
    file_path = folder / take.file
    if not take.is_picture:
        check_kept(file_path, take.sha256)
        return ledger.framed(take.id, frame_file=take.file, frame_sha256=take.sha256 or ""), ""
    clip = probe(file_path)
    if clip.sha256 != take.sha256:
        raise _changed(file_path)
    start = folder / take.start_file if take.start_file is not None else None
    likely = likely_matrix(take, ledger.takes())
    verdict = decide_matrix(clip, start if start is not None and start.exists() else None, likely)
    content = png_bytes(last_frame(clip, matrix=verdict.matrix))
    target = folder / frame_file(take.shot, take.number, take.provider, "last")
    path = next_free_path(target, content)
    write_once(path, content)
    file = path.relative_to(folder).as_posix()
    framed = ledger.framed(take.id, frame_file=file, frame_sha256=sha256_file(path), matrix=verdict.matrix)
    return framed, _remark(verdict)


def boundary_frame(project: Project, take: Take, clip: Clip, number: int) -> Path:
    """The PNG of a picture of a take, whose file is `clip`. Raises `MediaError` when it was changed since then."""
    from stitcher.media.frames import frame as picture

    name = picture_name(clip, number)
    if name == "last":
        assert take.frame_file is not None
        kept = project.path(take.frame_file)
        check_kept(kept, take.frame_sha256)
        return kept
    path = project.path(frame_file(take.shot, take.number, take.provider, name))
    if not path.exists():
        write_once(path, png_bytes(picture(clip, number, matrix=take.matrix)))
    return path


def clip_frame(project: Project, shot: str, clip: Clip, number: int, matrix: str | None) -> Path:
    """The PNG of a frame of the storyboard's own clip, kept by the clip's content."""
    from stitcher.media.frames import frame as picture

    name = picture_name(clip, number)
    path = project.path(f"{shot_folder(shot)}/clip-{clip.sha256[:12]}.{name}.png")
    if not path.exists():
        write_once(path, png_bytes(picture(clip, number, matrix=matrix)))
    return path


def check_kept(path: Path, sha256: str | None) -> None:
    """Nothing, when a file is the one that was kept. Raises `MediaError` for one that was changed or is gone."""
    if sha256_file(path) != sha256:
        raise _changed(path)


def _changed(path: Path) -> MediaRefused:
    return MediaRefused(
        path, "was changed since stitcher stored it, so nothing is started from it. Put the original back."
    )


def _remark(verdict: Verdict) -> str:
    if verdict.difference is None or verdict.difference <= FAR:
        return ""
    return (
        f"its first frame is {verdict.difference:.0f} levels from the picture it was started from: look at it "
        "before more is made from it."
    )
