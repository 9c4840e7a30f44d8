"""Checks a storyboard with everything it names, and says what film it makes: plans, missing takes, stale takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import NotGenerated, PreflightError
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.session import DEFAULT_PRESET, Order, lay_out, located, measure_seams, sound_report

if TYPE_CHECKING:
    from stitcher.generation.stale import Drift
    from stitcher.rendering.segments import Plan
    from stitcher.seam_report.report import FilmSeams
    from stitcher.sound.placed_list import PlacedSound
    from stitcher.sound.report import MixReport
    from stitcher.storyboard.model import Storyboard
    from stitcher.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Check:
    """A storyboard in which nothing is wrong."""

    plans: tuple[Plan, ...]
    """One for each preset it delivers; none while shots are not generated."""
    not_generated: tuple[str, ...]
    """Shots and sounds without any take; there is no film until they have one."""
    stale: tuple[Drift, ...]
    """Takes that no longer match the storyboard."""
    notes: tuple[str, ...]
    """What a person should read, one sentence each."""
    sound: tuple[MixReport | None, ...] = ()
    """For each plan what is known of its sound without mixing it; `None` for a silent film."""
    placed: tuple[PlacedSound, ...] = ()
    """The sounds of the first film, in the order in which they begin."""
    seams: FilmSeams | None = None
    """What its joins and clips show, measured; `None` while shots are not generated."""

    def __repr__(self) -> str:
        waiting = f", {len(self.not_generated)} not generated" if self.not_generated else ""
        return f"<Check: {len(self.plans)} plans{waiting}, {len(self.notes)} notes>"


def check(board: Storyboard, preset: str | None = None, options: RenderOptions = DEFAULTS) -> Check:
    """The film of a storyboard, planned for every delivery, or for one preset; or what is not generated yet."""
    from stitcher.generation.selects import outdated_pictures
    from stitcher.sound.placed_list import placed_sounds

    notes = (*unsupported_notes(board), *outdated_pictures(board))
    waiting: tuple[str, ...] = ()
    stale: tuple[Drift, ...] = ()
    blank: tuple[str, ...] = ()
    if board.buys_sounds or any(shot.kind == "take" for shot in board.shots):
        from stitcher.generation.blank_takes import blank_takes
        from stitcher.generation.generate import inspect
        from stitcher.generation.messages import describe_stuck
        from stitcher.generation.project import open_project
        from stitcher.generation.start_frames import unseen_starts

        known = inspect(board)
        if known.issues:
            raise PreflightError(known.issues)
        stale = known.drifts
        waiting = tuple(shot for shot in known.missing if shot not in known.in_film)
        waiting += tuple(f"the voice of {shot}" for shot in known.unvoiced)
        animatics = [shot for shot in known.missing if shot in known.in_film]
        notes += (f"Only animatics so far: {', '.join(animatics)}.",) if animatics else ()
        notes += (
            *unseen_starts(board),
            *(str(drift) for drift in known.drifts if drift.in_film),
            *known.notes,
            *map(describe_stuck, known.stuck),
        )
        if waiting:
            blank = blank_takes(known.in_film.values(), open_project(board).folder)
    try:
        timeline = lay_out(board, options=options)
    except NotGenerated:
        return Check((), waiting, stale, (*notes, *blank))
    plans = []
    for order in dict.fromkeys(_orders(board, preset)):
        with located(board, str(order.preset)):
            plans.append(order.plan(timeline, timeline.project))
    seams = measure_seams(timeline, options)
    notes += (*blank_shots(timeline), *(note for one in plans for note in one.delivery.notes), *seams.notes)
    sound = tuple(map(sound_report, plans))
    return Check(
        tuple(plans), (), stale, tuple(dict.fromkeys(notes)), sound, placed_sounds(plans[0].timeline), seams
    )


def _orders(board: Storyboard, preset: str | None) -> Iterator[Order]:
    """What is planned: every delivery but for where it goes; a film by itself where there is none."""
    wanted = [one for one in board.deliver if one.preset is not None and preset in (None, one.preset)]
    for one in wanted:
        yield replace(Order.of(one), file=Path(), stems=None)
    if not wanted:
        yield Order(preset or DEFAULT_PRESET, Path())


def blank_shots(timeline: Timeline) -> tuple[str, ...]:
    """A line for each shot whose clip is wholly black or, where it has sound, wholly silent: `Shot door: …`.

    Raises `MediaBroken` for a clip that cannot be decoded.
    """
    from stitcher.media.blank import blank_remark, blanks

    found = {item.shot: blanks(item.clip) for item in timeline.items if item.clip is not None}
    return tuple(f"Shot {shot}: {blank_remark(blank)}." for shot, blank in found.items() if blank)


def unsupported_notes(board: Storyboard) -> tuple[str, ...]:
    """What the storyboard asks for and this version does not do, one sentence each."""
    from stitcher.delivery.editor_preset import editor_names

    project = board.path.parent if board.path is not None else None
    editors = dict.fromkeys(one.editor for one in board.deliver if one.editor is not None)
    known = editor_names(project=project) if editors else ()
    return tuple(
        f"Handing over to the editor {name!r} is not in this version."
        for name in editors
        if name not in known
    )


def take_notes(board: Storyboard) -> tuple[str, ...]:
    """Which takes in the film no longer match the storyboard, which larger files it does not show for that, and how
    sound came to decide how long takes are; one sentence each.
    """
    from stitcher.generation.paths import ledger_path

    if board.path is None or not ledger_path(board.path.parent).exists():
        return ()
    from stitcher.generation.generate import film_drifts, settled_length_notes
    from stitcher.generation.selects import outdated_pictures

    return (*map(str, film_drifts(board)), *outdated_pictures(board), *settled_length_notes(board))
