"""Fields that a storyboard asks for and a model does not have: refused by name before anything is sent. Pure.

A field that is left out instead would cost the same and make something else than was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.generation.models import Model
from stitcher.generation.request import shot_moderation
from stitcher.storyboard.model import Edit, Shot, StartImage, Storyboard
from stitcher.storyboard.source_map import Location

Found = Iterator[tuple[Location, str]]
Place = tuple[str | int, ...]


def take_unheard(board: Storyboard, here: Place, shot: Shot, model: Model) -> Found:
    """What a shot asks of its take and the model has no field for."""
    if shot.seed is not None or board.defaults.seed is not None:
        yield from _seed(_own(here, "seed", shot.seed), model)
    if shot.duration is not None and model.duration is None:
        yield (*here, "duration"), f"{model.name} takes no duration: remove it, or choose another model."
    if shot.prompt is not None and model.prompt is None:
        yield (*here, "prompt"), f"{model.name} takes no prompt: remove it, or choose another model."
    yield from _moderation(board, here, shot, model)


def image_unheard(
    board: Storyboard, here: Place, where: Place, shot: Shot, asked: StartImage, model: Model
) -> Found:
    """What is asked of a start image, at `where` in the shot at `here`, and the model has no field for."""
    if asked.seed is not None:
        yield from _seed((*where, "seed"), model)
    if asked.references and model.references is None:
        yield (
            (*where, "references"),
            f"{model.name} takes no references: remove them, or choose another model.",
        )
    if asked.ratio is not None and model.ratios is None:
        yield (*where, "ratio"), f"{model.name} takes no ratio: remove it, or choose another model."
    yield from _moderation(board, here, shot, model)


def edit_unheard(board: Storyboard, here: Place, where: Place, shot: Shot, edit: Edit, model: Model) -> Found:
    """What is asked of an edit, at `where` in the shot at `here`, and the model has no field for."""
    if edit.seed is not None:
        yield from _seed((*where, "seed"), model)
    if edit.keyframes and model.keyframes is None:
        yield (
            (*where, "keyframes"),
            f"{model.name} takes no key frames: remove them, or choose another model.",
        )
    if model.prompt is None:
        yield (*where, "prompt"), f"{model.name} takes no prompt: choose another model."
    yield from _moderation(board, here, shot, model)


def _seed(where: Location, model: Model) -> Found:
    if model.seed is None:
        yield where, f"{model.name} takes no seed: remove it, or choose another model."


def _moderation(board: Storyboard, here: Place, shot: Shot, model: Model) -> Found:
    level = shot_moderation(board, shot)
    where = _own(here, "moderation", shot.moderation)
    if model.moderation is None:
        if level != "auto":
            advice = "write 'moderation: auto' for the shot, or choose another model"
            yield where, f"{model.name} has no setting for moderation: {advice}."
    elif level not in model.moderation.levels:
        yield (
            where,
            f"{model.name} knows the moderation {' and '.join(model.moderation.levels)}, not {level}.",
        )


def _own(here: Place, key: str, value: object) -> Place:
    """Where a value stands: on the shot, or among the defaults."""
    return (*here, key) if value is not None else ("defaults", key)
