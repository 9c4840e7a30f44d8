"""Unrecorded files, which stand where a take would go and came from no purchase: signs of a ledger behind its takes.

A ledger that was lost, or put back from an older copy, does not know what was bought since. Buying it again would pay
twice, and taking the file for the new purchase would record a lie; so it is said before anything is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from stitcher.errors import Issue, PreflightError
from stitcher.generation.need import Need
from stitcher.generation.paths import LEDGER, MAIN, SOUND_SUFFIXES, place_of, shot_folder, take_file
from stitcher.generation.project import Project
from stitcher.generation.sound_wishes import sound_wishes
from stitcher.generation.take import Take


def check_explained(project: Project, takes: Iterable[Take], needs: Iterable[Need], provider: str) -> None:
    """Nothing, when every file that stands in the way of a need is known. Raises `PreflightError` naming the others."""
    issues = list(_unexplained(project, takes, needs, provider))
    if issues:
        raise PreflightError(issues)


def unexplained_takes(project: Project, takes: Iterable[Take]) -> tuple[str, ...]:
    """What is to be said of files that stand where takes of a project's shots and sounds go and came from no known
    purchase.
    """
    needs = [
        Need(shot.id, index, "take", 1)
        for index, shot in enumerate(project.board.shots)
        if shot.kind == "take"
    ]
    needs += [
        Need(wish.name, index, "sound", 1, wish.variant)
        for index, wish in enumerate(sound_wishes(project.board))
    ]
    return tuple(issue.message for issue in _unexplained(project, takes, needs, MAIN))


def _unexplained(
    project: Project, takes: Iterable[Take], needs: Iterable[Need], provider: str
) -> Iterator[Issue]:
    # What is under way may have its place and not yet its record.
    recorded = {
        place
        for take in takes
        if not take.removed
        for place in (_places(take) if take.unfinished else (take.file,))
    }
    for need in needs:
        for file in _in_the_way(project, need, provider):
            if file not in recorded:
                kind, key = ("sound", "file") if need.purpose == "sound" else ("shot", "clip")
                yield Issue(
                    f"{kind} {need.shot!r}: {file} is there, and {LEDGER} knows of no purchase it came from, so the "
                    "ledger may be older than its takes. Put the newer ledger back; where that is lost, name the file "
                    f"as the {kind}'s `{key}`, or move it away to buy another."
                )


def _places(take: Take) -> tuple[str, ...]:
    """Where its file may be already."""
    if take.purpose != "sound":
        return (place_of(take),)
    return tuple(place_of(take, suffix) for suffix in SOUND_SUFFIXES.values())


def _in_the_way(project: Project, need: Need, provider: str) -> Iterator[str]:
    """Names, relative to the project, of files that would be this need's or that came after it."""
    if need.purpose in ("take", "edit", "sound"):
        suffixes = SOUND_SUFFIXES.values() if need.purpose == "sound" else ("",)
        for suffix in dict.fromkeys(suffixes):
            yield from _of_any_number(project, need, provider, suffix)
        return
    piece = need.piece if need.purpose == "upscale" and provider == MAIN else None
    file = take_file(need.shot, need.number, need.purpose, provider, variant=need.variant, piece=piece)
    if os.path.lexists(project.path(file)):
        yield file


def _of_any_number(project: Project, need: Need, provider: str, suffix: str) -> Iterator[str]:
    first, second = (
        take_file(need.shot, number, need.purpose, provider, variant=need.variant, extension=suffix)
        for number in (1, 2)
    )
    digit = next(at for at, (one, other) in enumerate(zip(first, second, strict=True)) if one != other)
    begin, ending = first[:digit], first[digit + 1 :]
    folder = shot_folder(need.shot)
    path = project.path(folder)
    for name in sorted(os.listdir(path)) if path.is_dir() else ():
        file = f"{folder}/{name}"
        if file.startswith(begin) and file.endswith(ending) and file[digit : -len(ending)].isdecimal():
            yield file
