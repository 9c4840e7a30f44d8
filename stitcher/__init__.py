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
    from stitcher.api import accept_take as accept_take
    from stitcher.api import adopt as adopt
    from stitcher.api import adopt_none as adopt_none
    from stitcher.api import assemble as assemble
    from stitcher.api import check as check
    from stitcher.api import circle_take as circle_take
    from stitcher.api import contact_sheet as contact_sheet
    from stitcher.api import decline_take as decline_take
    from stitcher.api import deliver as deliver
    from stitcher.api import demo_projects as demo_projects
    from stitcher.api import doctor as doctor
    from stitcher.api import estimate as estimate
    from stitcher.api import find_preset as find_preset
    from stitcher.api import generate as generate
    from stitcher.api import last_frame as last_frame
    from stitcher.api import lay_out as lay_out
    from stitcher.api import load as load
    from stitcher.api import new_project as new_project
    from stitcher.api import notes as notes
    from stitcher.api import picture_notes as picture_notes
    from stitcher.api import plan as plan
    from stitcher.api import presets as presets
    from stitcher.api import probe as probe
    from stitcher.api import probe_sound as probe_sound
    from stitcher.api import remove_take as remove_take
    from stitcher.api import render as render
    from stitcher.api import rescue as rescue
    from stitcher.api import retry as retry
    from stitcher.api import schema as schema
    from stitcher.api import stand_in as stand_in
    from stitcher.api import takes as takes
    from stitcher.api import to_moviepy as to_moviepy
    from stitcher.api import upscale as upscale
    from stitcher.delivery.catalogue import PresetCatalogue as PresetCatalogue
    from stitcher.diagnosis import Diagnosis as Diagnosis
    from stitcher.errors import StitcherError as StitcherError
    from stitcher.generation.estimate import Estimate as Estimate
    from stitcher.generation.events import Event as Event
    from stitcher.generation.generate import Generated as Generated
    from stitcher.generation.options import GenerateOptions as GenerateOptions
    from stitcher.generation.take import Take as Take
    from stitcher.generation.take_list import TakeList as TakeList
    from stitcher.media.clip import Clip as Clip
    from stitcher.media.clip import Sound as Sound
    from stitcher.rendering.film import Film as Film
    from stitcher.rendering.options import RenderOptions as RenderOptions
    from stitcher.rendering.progress import Step as Step
    from stitcher.rendering.segments import Plan as Plan
    from stitcher.session import Delivered as Delivered
    from stitcher.storyboard.assemble_options import AssembleOptions as AssembleOptions
    from stitcher.storyboard.model import Storyboard as Storyboard
    from stitcher.storyboard_check import Check as Check
    from stitcher.timeline.model import Timeline as Timeline

_VALUES = {
    "AssembleOptions": "stitcher.storyboard.assemble_options",
    "Check": "stitcher.storyboard_check",
    "Clip": "stitcher.media.clip",
    "Delivered": "stitcher.session",
    "Diagnosis": "stitcher.diagnosis",
    "Estimate": "stitcher.generation.estimate",
    "Event": "stitcher.generation.events",
    "Film": "stitcher.rendering.film",
    "GenerateOptions": "stitcher.generation.options",
    "Generated": "stitcher.generation.generate",
    "Plan": "stitcher.rendering.segments",
    "PresetCatalogue": "stitcher.delivery.catalogue",
    "RenderOptions": "stitcher.rendering.options",
    "Sound": "stitcher.media.clip",
    "Step": "stitcher.rendering.progress",
    "StitcherError": "stitcher.errors",
    "Storyboard": "stitcher.storyboard.model",
    "Take": "stitcher.generation.take",
    "TakeList": "stitcher.generation.take_list",
    "Timeline": "stitcher.timeline.model",
}
"""Classes and their modules; every other name is a function of `stitcher.api`."""

__all__ = [
    "AssembleOptions",
    "Check",
    "Clip",
    "Delivered",
    "Diagnosis",
    "Estimate",
    "Event",
    "Film",
    "GenerateOptions",
    "Generated",
    "Plan",
    "PresetCatalogue",
    "RenderOptions",
    "Sound",
    "Step",
    "StitcherError",
    "Storyboard",
    "Take",
    "TakeList",
    "Timeline",
    "__version__",
    "accept_take",
    "adopt",
    "adopt_none",
    "assemble",
    "check",
    "circle_take",
    "contact_sheet",
    "decline_take",
    "deliver",
    "demo_projects",
    "doctor",
    "errors",
    "estimate",
    "find_preset",
    "generate",
    "last_frame",
    "lay_out",
    "load",
    "new_project",
    "notes",
    "picture_notes",
    "plan",
    "presets",
    "probe",
    "probe_sound",
    "remove_take",
    "render",
    "rescue",
    "retry",
    "schema",
    "stand_in",
    "takes",
    "to_moviepy",
    "upscale",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "errors":
        return import_module("stitcher.errors")
    value: object = getattr(import_module(_VALUES.get(name, "stitcher.api")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
