"""Takes shared with another storyboard of the folder, as shots of one name do; which has to be said."""

from __future__ import annotations

from collections.abc import Iterable

from stitcher.generation.project import Project
from stitcher.generation.sound_wishes import sound_names
from stitcher.generation.take import Take, circled_take


def of_others(project: Project, takes: Iterable[Take]) -> tuple[str, ...]:
    """A sentence for every shot and sound that has a take made for another storyboard which is still there."""
    known = tuple(takes)
    mine = storyboard_name(project)
    notes = []
    names = {shot.id: ("shot", "shows") for shot in project.board.shots}
    names |= dict.fromkeys(sorted(sound_names(project.board)), ("sound", "plays"))
    for name, (kind, shows) in names.items():
        take = circled_take(take for take in known if take.shot == name)
        if take is None or take.board in (None, mine) or not project.path(take.board).exists():
            continue
        notes.append(
            f"{kind.title()} {name} {shows} take {take.number}, which was made for {take.board}: storyboards in one "
            f"folder share the takes of {kind}s that have the same name. For takes of its own, rename the {kind}, or "
            "give this storyboard a folder of its own."
        )
    return tuple(notes)


def storyboard_name(project: Project) -> str | None:
    """The storyboard's file as the ledger has it: relative to the project where it lies below."""
    path = project.board.path
    if path is None:
        return None
    absolute = path.absolute()
    return (
        absolute.relative_to(project.folder).as_posix()
        if absolute.is_relative_to(project.folder)
        else str(absolute.name)
    )
