"""A storyboard's deliveries: each film that it asks for, one after another, in folders that are made for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stitcher.delivery.load import load_preset
from stitcher.errors import InputError, Interrupted, PresetError, StitcherError
from stitcher.media.files import made_folders
from stitcher.one_line import one_line
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.rendering.progress import LOOK, Told, telling
from stitcher.session import Order, laid_out_early, located, render

if TYPE_CHECKING:
    from pathlib import Path

    from stitcher.rendering.film import Film
    from stitcher.rendering.segments import Plan
    from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one of a storyboard's deliveries."""

    preset: str
    file: Path
    film: Film | None
    """`None` where it could not be made."""
    error: Exception | None
    """Why it could not be made: a `StitcherError`, or a bug."""
    count: int
    """How many films were asked for in all."""

    __repr__ = one_line


def deliver(
    board: Storyboard,
    *,
    preset: str | None = None,
    encoder: str | None = None,
    options: RenderOptions = DEFAULTS,
) -> Iterator[Delivered]:
    """Every film that the storyboard delivers, one after another; one that fails does not stop the others."""
    project = options.project or (board.path.parent if board.path is not None else None)
    orders = [
        Order.of(one, encoder=encoder)
        for one in board.deliver
        if one.preset is not None and one.file is not None and preset in (None, one.preset)
    ]
    if not orders:
        raise _nothing_to_deliver(board, preset, project)
    with (
        telling(options.progress) as told,
        laid_out_early(board, orders[0], replace(options, progress=_of_all(told, len(orders)))) as timeline,
    ):
        plans: list[tuple[Order, Plan]] = []
        for order in orders:
            try:
                with located(board, str(order.preset)):
                    plans.append((order, order.plan(timeline, project)))
            except Exception as exc:
                yield Delivered(str(order.preset), order.file, None, exc, len(orders))
        for number, (order, planned) in enumerate(plans, start=1 + len(orders) - len(plans)):
            try:
                with made_folders([order.file], within=project):
                    film, error = render(planned, order, _of_film(options, told, number, len(orders))), None
            except Exception as exc:
                film, error = None, exc
            yield Delivered(str(order.preset), order.file, film, error, len(orders))
            if isinstance(error, Interrupted):
                return


def _nothing_to_deliver(board: Storyboard, preset: str | None, project: Path | None) -> StitcherError:
    """Why a storyboard delivers nothing, or nothing with a preset: there may be no preset of that name at all."""
    there = list(dict.fromkeys(one.preset for one in board.deliver if one.preset and one.file is not None))
    if preset is None or not there:
        return InputError(
            "Nowhere to write to: the storyboard has no delivery with a preset. Give -o FILM, or add one."
        )
    try:
        load_preset(preset, project=project)
    except PresetError as exc:
        return exc
    return InputError(
        f"Nowhere to write to: the storyboard has no delivery with the preset {preset!r}; it has {', '.join(there)}. "
        "Give -o FILM, or add one."
    )


def _of_all(told: Told | None, films: int) -> Told | None:
    """What tells of what is done once, for all films."""
    return None if told is None else replace(told, films=films)


def _of_film(options: RenderOptions, told: Told | None, film: int, films: int) -> RenderOptions:
    """The options, with steps that say which of several films they are of."""
    return options if told is None else replace(options, progress=told.part(LOOK, 1).of_film(film, films))
