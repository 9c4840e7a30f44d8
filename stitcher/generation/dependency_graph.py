"""The dependency graph of shots that start from frames of others, in topological order. Pure.

harbour ─→ door ─→ stairs
   └────→ pier               branches: both start from harbour's last frame and do not wait for each other
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from stitcher.errors import InputError, PlanError
from stitcher.generation.preflight import start_source
from stitcher.generation.sound_wishes import sound_names
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.suggest import meant_or_known


@dataclass(frozen=True, slots=True)
class StartSource:
    """Whose frame a shot starts from."""

    shot: str
    frame: Literal["shown", "last", "first"]


def find_source(board: Storyboard, index: int) -> StartSource | None:
    """The shot and frame that the shot at `index` starts from; `None` for a still, an image or no start."""
    start = board.shots[index].start
    shot = start_source(board, index)
    if start is None or shot is None:
        return None
    return StartSource(shot.id, start.frame)


def topological_order(board: Storyboard) -> tuple[int, ...]:
    """Every shot's index, each after the one it starts from, otherwise as in the storyboard.

    Raises `PlanError` for shots that start from each other.
    """
    positions = {shot.id: index for index, shot in enumerate(board.shots)}
    done: dict[int, None] = {}
    for index in range(len(board.shots)):
        trail: list[int] = []
        here: int | None = index
        while here is not None and here not in done:
            if here in trail:
                ring = " → ".join(board.shots[one].id for one in [*trail[trail.index(here) :], here])
                raise PlanError(
                    f"These shots start from each other: {ring}. One of them needs another start."
                )
            trail.append(here)
            source = find_source(board, here)
            here = positions[source.shot] if source is not None else None
        done.update(dict.fromkeys(reversed(trail)))
    return tuple(done)


def check_shots(board: Storyboard, shots: Iterable[str] | None) -> frozenset[str] | None:
    """The names as a set. Raises `InputError` for one that is neither a shot nor a sound that is bought."""
    if shots is None:
        return None
    names = frozenset(shots)
    sounds = sound_names(board)
    ids = {shot.id for shot in board.shots} | sounds
    for name in sorted(names - ids):
        hint = meant_or_known(name, sorted(ids))
        raise InputError(f"There is no shot {'or sound ' if sounds else ''}{name!r}{hint}")
    return names
