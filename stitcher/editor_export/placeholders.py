"""Placeholders: cards with name and prompt for shots that are not made yet, of their takes' length and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from stitcher.content_key import content_key
from stitcher.delivery.load import load_preset
from stitcher.delivery.preset import Citation
from stitcher.editor_export.stand_ins import Placeholders
from stitcher.errors import PlanError
from stitcher.generation.animatic import RATE, SIZE
from stitcher.generation.animatic_card import draw_card
from stitcher.generation.project import Project, open_project
from stitcher.generation.request import shot_model, shot_seconds
from stitcher.generation.selects import film_footage
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.pictures.lossless_clip import draw_clip, lossless_suffix
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import tool_name
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.storyboard.model import Shot, Storyboard
from stitcher.timebase import FrameRange, round_half_up
from stitcher.timeline.film_format import film_rate, film_size
from stitcher.timeline.model import Item, Timeline

_SCHEMA = 1


def placeholders(board: Storyboard, options: RenderOptions) -> Placeholders:
    """What stands in for the shots of a storyboard that are not made yet; cards are drawn now and kept in the cache.

    Raises `PlanError` for clips that make no film together, and what probing and making a film raise.
    """
    footage = film_footage(board)
    bare = [shot.id for shot in board.shots if shot.kind == "take" and shot.id not in footage.clips]
    if not bare:
        return Placeholders(animatics=footage.stand_ins)
    project = open_project(board)
    known = {
        shot.id: probe(shot.clip) for shot in board.shots if shot.kind == "clip" and shot.clip is not None
    }
    known |= footage.clips
    there = [(shot.id, known[shot.id]) for shot in board.shots if shot.id in known]
    alike = bool(there) or board.format.fps is not None
    rate = film_rate(board, there) if alike else Fraction(RATE)
    try:
        size = film_size(board, there)
    except PlanError:
        size = SIZE
    cards = {
        shot.id: _card(shot, _seconds(project, shot), rate, size, options)
        for shot in project.board.shots
        if shot.id in bare
    }
    return Placeholders(cards, footage.stand_ins)


def _seconds(project: Project, shot: Shot) -> Fraction:
    """How long a take of a shot will be."""
    if shot.clip is not None:
        return probe(shot.clip).duration
    seconds = Fraction(shot_seconds(project.board, shot))
    model = project.models.known.get(shot_model(project.board, shot))
    if model is None or model.output.fps is None or (frames := model.output.frames(seconds)) is None:
        return seconds
    return frames / model.output.fps


def _card(
    shot: Shot, seconds: Fraction, rate: Fraction, size: tuple[int, int], options: RenderOptions
) -> Clip:
    context = RenderContext.of(options)
    frames = max(1, round_half_up(seconds * rate))
    label, prompt = f"{shot.id} - not made yet", str(shot.prompt or "")
    key = content_key(_SCHEMA, tool_name(), label, prompt, frames, rate, size)

    def work(temp: Path) -> Mapping[str, Any]:
        picture = np.asarray(draw_card(label, prompt, size))
        picture.setflags(write=False)
        with context.cache.scratch() as scratch:
            drawn = Path(scratch) / f"card{lossless_suffix()}"
            draw_clip((picture for _ in range(frames)), rate, drawn, expected=frames, cancel=context.stop)
            whole = FrameRange(0, frames)
            alone = Timeline(
                title=shot.id,
                rate=rate,
                width=size[0],
                height=size[1],
                items=(Item(shot.id, probe(drawn), whole, whole, 0),),
                transitions=(),
            )
            # As takes come: in H.264, which every editor opens that opens them.
            preset = load_preset("draft")
            picture_of = preset.picture.model_copy(update={"size": Citation("source"), "crf": Citation(14)})
            plan = prepare(alone, preset=preset.model_copy(update={"picture": picture_of}))
            render(plan, temp, replace(options, progress=None))
        return {}

    return probe(context.cache.make(key, ".mp4", work, cancel=context.stop).path)
