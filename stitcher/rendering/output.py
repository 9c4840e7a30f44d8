"""The output file of a film: checked before any work, locked while working, replaced in one step at the end."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stitcher.errors import DiskFull, OutputBusy, OutputError
from stitcher.formats.containers import CONTAINERS
from stitcher.media.clip import Clip
from stitcher.media.files import free_bytes, temporary_beside
from stitcher.media.lock import acquire
from stitcher.rendering.segments import Plan
from stitcher.rendering.sidecars import sidecars

_ROOM_FOR_SOUND = 16_000_000


def is_packaged(container: str) -> bool:
    """Whether a deliverable is packaged from a whole film, instead of being muxed itself."""
    return CONTAINERS[container].made != "muxed"


def container_for(plan: Plan, out: Path) -> str:
    """The container to write: the preset's, or for a copied film the one the file name asks for.

    Raises `OutputError` when name and preset do not go together.
    """
    named = plan.delivery.container
    suffix = out.suffix.lower()
    if CONTAINERS[named].is_folder:
        if suffix and (
            out.suffix[1:].isalnum()
            and suffix in {s for container in CONTAINERS.values() for s in container.suffixes}
        ):
            raise OutputError(
                f"The preset {plan.delivery.preset} makes a folder of files, and {str(out)!r} is the name of a file; "
                f"give a folder name such as {str(out.with_suffix(''))!r}."
            )
        return named
    if suffix in CONTAINERS[named].suffixes:
        return named
    if plan.delivery.preset in ("master-copy", "draft"):
        for name, container in CONTAINERS.items():
            if suffix in container.suffixes and plan.delivery.picture.codec in container.codecs:
                return name
    usual = CONTAINERS[named].suffixes[0]
    raise OutputError(
        f"The preset {plan.delivery.preset} makes {usual} files; name the film {str(out.with_suffix(usual))!r}, "
        f"or choose another preset for {str(out)!r}."
    )


def check_target(plan: Plan, out: Path, *, overwrite: bool) -> None:
    """Refuse, before anything is made, an output that could not be or must not be written.

    Raises `OutputError` as `check_place` does, and `DiskFull` when the film would not fit.
    """
    folder = out.parent
    is_folder = CONTAINERS[plan.delivery.container].is_folder
    check_place(out, plan.timeline.files, overwrite=overwrite, is_folder=is_folder)
    _check_sound_tracks(plan, out)
    _check_sidecars(plan, out, overwrite=overwrite)
    needed = room_needed(film_bytes(plan))
    free = free_bytes(folder)
    if free < needed:
        raise DiskFull(
            f"{str(folder)!r} has {free / 1e6:.1f} MB free and the film may need {needed / 1e6:.0f} MB while it "
            "is put together; make room, or name another place. Nothing was written."
        )


def _check_sound_tracks(plan: Plan, out: Path) -> None:
    """Refuse further sound tracks that players of the container do not play as such, or that it does not hold."""
    tracks = plan.timeline.sound_tracks
    name = container_for(plan, out)
    taken = CONTAINERS[name].sound_tracks
    if not tracks or taken == "stems" or (taken == "languages" and not any(one.is_stem for one in tracks)):
        return
    stems = any(one.is_stem for one in tracks)
    takers = ("stems",) if stems else ("stems", "languages")
    names = ", ".join(known for known, one in CONTAINERS.items() if one.sound_tracks in takers)
    what = "stems as sound tracks" if stems else "sound tracks of several languages"
    other = "write them as files, by 'stems'" if stems else "make a film of each language"
    raise OutputError(f"{str(out)!r} cannot have {what}: {names} hold them, {name} does not. Or {other}.")


def check_place(
    out: Path, sources: Iterable[Path], *, overwrite: bool, is_folder: bool = False, example: str = "film.mp4"
) -> None:
    """Refuse a file (or folder) that could not be, or must not be, written.

    Raises `OutputError` for a missing folder, a folder in the way, one of the `sources`, and an existing file that may
    not be replaced. `example` is a name that the file might have.
    """
    folder = out.parent
    if folder.exists() and not folder.is_dir():
        raise OutputError(
            f"{str(folder)!r} is a file, so nothing can be written into it; name another place."
        )
    if not folder.is_dir():
        raise OutputError(f"The folder {str(folder)!r} does not exist; make it first, or name another place.")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"The folder {str(folder)!r} may not be written to; choose another place.")
    if out.is_dir() and not is_folder:
        raise OutputError(f"{str(out)!r} is a folder; add a file name, such as {str(out / example)!r}.")
    if out.exists() and not out.is_file() and not out.is_dir():
        raise OutputError(f"{str(out)!r} is a pipe or a device, not a file; name another.")
    if out.exists():
        for used in sources:
            if used.exists() and os.path.samefile(used, out):
                raise OutputError(
                    f"{str(out)!r} is one of the film's own sources; it is never overwritten. Name another."
                )
        if not overwrite:
            raise OutputError(f"{str(out)!r} exists already; allow overwriting, or name another.")


def _check_sidecars(plan: Plan, out: Path, *, overwrite: bool) -> None:
    for path in [path for path, _ in sidecars(plan, out) if path.exists()]:
        if path.is_dir():
            raise OutputError(
                f"{str(path)!r} is a folder, and a file beside the film has that name; name another film."
            )
        if any(used.exists() and os.path.samefile(used, path) for used in plan.timeline.files):
            raise OutputError(
                f"{str(path)!r} is one of the film's own sources, and the captions beside the film would be named so; "
                "name the film otherwise, or move the source."
            )
        if not overwrite:
            raise OutputError(f"{str(path)!r} exists already; allow overwriting, or name another film.")


def film_bytes(plan: Plan) -> int:
    """About how many bytes a film's pictures will have; the sources' own rate stands for encoded parts."""
    film = 0
    for item in plan.timeline.items:
        if isinstance(item.source, Clip):
            film += item.source.size * len(item.source_range) // max(1, len(item.available_range))
    return film


def room_needed(*films: int) -> int:
    """Bytes that must be free for films of so many bytes, one after another: the largest is there twice for a while,
    because putting the index first rewrites the file.
    """
    return sum(films) + max(films, default=0) + _ROOM_FOR_SOUND


@contextlib.contextmanager
def locked_output(out: Path) -> Iterator[Path]:
    """Hold the output against other stitchers and give a temporary name beside it, removed at the end.

    What a killed run left beside the same output is swept away. Raises `OutputBusy` naming the holder.
    """

    def refusal(holder: str) -> OutputBusy:
        return OutputBusy(
            f"Another stitcher is writing {str(out)!r}: {holder}. Wait for it, or name another output."
        )

    lock = acquire(out.with_name(f".{out.name[:100]}.stitcher-lock"), refusal)
    try:
        _sweep(out)
        temp = temporary_beside(out)
        try:
            yield temp
        finally:
            temp.unlink(missing_ok=True)
    finally:
        lock.release(remove=True)


def _sweep(out: Path) -> None:
    pattern = temporary_beside(out).name
    head = pattern[: pattern.rindex("-") + 1]
    for left in out.parent.iterdir():
        if left.name.startswith(head) and left.suffix == out.suffix and left.is_file():
            left.unlink(missing_ok=True)
