"""Clips in, film out. Everything listed here is a promise; what is not may change.

    import stitcher

    stitcher.render(stitcher.assemble(["a.mp4", "b.mp4"], music="score.wav"), "film.mp4")

    board = stitcher.load("storyboard.yaml")
    timeline = stitcher.lay_out(board)
    print(stitcher.plan(timeline).copied_frames)
    stitcher.render(timeline, "film.mp4", preset="youtube-1080p")

Importing this does nothing: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stitcher.version import __version__

if TYPE_CHECKING:
    from stitcher import errors as errors
    from stitcher.errors import StitcherError as StitcherError
    from stitcher.generation.estimate import Estimate as Estimate
    from stitcher.generation.events import Event as Event
    from stitcher.generation.generate import Generated as Generated
    from stitcher.looking import contact_sheet as contact_sheet
    from stitcher.looking import last_frame as last_frame
    from stitcher.looking import probe as probe
    from stitcher.looking import probe_sound as probe_sound
    from stitcher.looking import schema as schema
    from stitcher.looking import to_moviepy as to_moviepy
    from stitcher.media.clip import Clip as Clip
    from stitcher.media.clip import Sound as Sound
    from stitcher.rendering.film import Film as Film
    from stitcher.rendering.progress import Step as Step
    from stitcher.rendering.segments import Plan as Plan
    from stitcher.storyboard.model import Storyboard as Storyboard
    from stitcher.timeline.model import Timeline as Timeline
    from stitcher.workflow import assemble as assemble
    from stitcher.workflow import estimate as estimate
    from stitcher.workflow import generate as generate
    from stitcher.workflow import lay_out as lay_out
    from stitcher.workflow import load as load
    from stitcher.workflow import plan as plan
    from stitcher.workflow import render as render

_HOMES = {
    "StitcherError": "stitcher.errors",
    "Clip": "stitcher.media.clip",
    "Sound": "stitcher.media.clip",
    "Film": "stitcher.rendering.film",
    "Estimate": "stitcher.generation.estimate",
    "Event": "stitcher.generation.events",
    "Generated": "stitcher.generation.generate",
    "Step": "stitcher.rendering.progress",
    "Plan": "stitcher.rendering.segments",
    "Storyboard": "stitcher.storyboard.model",
    "Timeline": "stitcher.timeline.model",
    "assemble": "stitcher.workflow",
    "contact_sheet": "stitcher.looking",
    "estimate": "stitcher.workflow",
    "generate": "stitcher.workflow",
    "last_frame": "stitcher.looking",
    "lay_out": "stitcher.workflow",
    "load": "stitcher.workflow",
    "plan": "stitcher.workflow",
    "probe": "stitcher.looking",
    "probe_sound": "stitcher.looking",
    "render": "stitcher.workflow",
    "schema": "stitcher.looking",
    "to_moviepy": "stitcher.looking",
}

__all__ = [
    "Clip",
    "Estimate",
    "Event",
    "Film",
    "Generated",
    "Plan",
    "Sound",
    "Step",
    "StitcherError",
    "Storyboard",
    "Timeline",
    "__version__",
    "assemble",
    "contact_sheet",
    "errors",
    "estimate",
    "generate",
    "last_frame",
    "lay_out",
    "load",
    "plan",
    "probe",
    "probe_sound",
    "render",
    "schema",
    "to_moviepy",
]


def __getattr__(name: str) -> object:
    if name == "errors":
        return import_module("stitcher.errors")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
