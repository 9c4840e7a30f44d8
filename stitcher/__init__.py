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
    from stitcher import errors
    from stitcher.api import (
        accept_take,
        adopt,
        adopt_none,
        apply_review,
        assemble,
        check,
        circle_take,
        contact_sheet,
        decline_take,
        deliver,
        demo_projects,
        diff,
        doctor,
        estimate,
        export,
        find_preset,
        frame_at,
        generate,
        import_cut,
        last_frame,
        lay_out,
        load,
        measure_seams,
        mix,
        new_project,
        notes,
        open_file,
        picture_notes,
        plan,
        presets,
        probe,
        probe_sound,
        relink,
        remove_take,
        render,
        render_table,
        rescue,
        retry,
        review,
        schema,
        seam_picture,
        serve_review,
        sound_file,
        stand_in,
        takes,
        to_moviepy,
        upscale,
    )
    from stitcher.deliveries import Delivered
    from stitcher.delivery.catalogue import PresetCatalogue
    from stitcher.diagnosis import Diagnosis
    from stitcher.editor_import.compare import CutDiff
    from stitcher.editor_import.new_board import Imported
    from stitcher.errors import StitcherError
    from stitcher.exporters.folder import HandedOver
    from stitcher.exporters.relink import Relinked
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.events import Event
    from stitcher.generation.generate import Generated
    from stitcher.generation.options import GenerateOptions
    from stitcher.generation.take import Take
    from stitcher.generation.take_list import TakeList
    from stitcher.media.clip import Clip, Sound
    from stitcher.rendering.film import Film
    from stitcher.rendering.options import RenderOptions
    from stitcher.rendering.progress import Step
    from stitcher.rendering.segments import Plan
    from stitcher.review_page.apply import AppliedReview
    from stitcher.review_page.make import ReviewPage
    from stitcher.seam_report.report import FilmSeams
    from stitcher.stems.report import MixResult
    from stitcher.storyboard.assemble_options import AssembleOptions
    from stitcher.storyboard.model import Storyboard
    from stitcher.storyboard_check import Check
    from stitcher.tables.films import RowFilm
    from stitcher.tables.options import TableOptions
    from stitcher.tables.report import TableResult
    from stitcher.timeline.model import Timeline

_VALUES = {
    "AppliedReview": "stitcher.review_page.apply",
    "AssembleOptions": "stitcher.storyboard.assemble_options",
    "Check": "stitcher.storyboard_check",
    "Clip": "stitcher.media.clip",
    "CutDiff": "stitcher.editor_import.compare",
    "Delivered": "stitcher.deliveries",
    "Diagnosis": "stitcher.diagnosis",
    "Estimate": "stitcher.generation.estimate",
    "Event": "stitcher.generation.events",
    "Film": "stitcher.rendering.film",
    "GenerateOptions": "stitcher.generation.options",
    "Generated": "stitcher.generation.generate",
    "HandedOver": "stitcher.exporters.folder",
    "Imported": "stitcher.editor_import.new_board",
    "MixResult": "stitcher.stems.report",
    "Plan": "stitcher.rendering.segments",
    "PresetCatalogue": "stitcher.delivery.catalogue",
    "FilmSeams": "stitcher.seam_report.report",
    "Relinked": "stitcher.exporters.relink",
    "RenderOptions": "stitcher.rendering.options",
    "ReviewPage": "stitcher.review_page.make",
    "RowFilm": "stitcher.tables.films",
    "Sound": "stitcher.media.clip",
    "Step": "stitcher.rendering.progress",
    "StitcherError": "stitcher.errors",
    "Storyboard": "stitcher.storyboard.model",
    "TableOptions": "stitcher.tables.options",
    "TableResult": "stitcher.tables.report",
    "Take": "stitcher.generation.take",
    "TakeList": "stitcher.generation.take_list",
    "Timeline": "stitcher.timeline.model",
}
"""Classes and their modules; every other name is a function of `stitcher.api`."""

__all__ = [
    "AppliedReview", "AssembleOptions", "Check", "Clip", "CutDiff", "Delivered", "Diagnosis", "Estimate", "Event",
    "Film", "FilmSeams", "GenerateOptions", "Generated", "HandedOver", "Imported", "MixResult", "Plan",
    "PresetCatalogue", "Relinked", "RenderOptions", "ReviewPage", "RowFilm", "Sound", "Step", "StitcherError",
    "Storyboard", "TableOptions", "TableResult", "Take", "TakeList", "Timeline",
    "__version__",
    "accept_take", "adopt", "adopt_none", "apply_review", "assemble", "check", "circle_take", "contact_sheet",
    "decline_take", "deliver", "demo_projects", "diff", "doctor", "errors", "estimate", "export", "find_preset",
    "frame_at", "generate", "import_cut", "last_frame", "lay_out", "load", "measure_seams", "mix", "new_project",
    "notes", "open_file", "picture_notes", "plan", "presets", "probe", "probe_sound", "relink", "remove_take",
    "render", "render_table", "rescue", "retry", "review", "schema", "seam_picture", "serve_review", "sound_file",
    "stand_in",
    "takes", "to_moviepy", "upscale",
]  # fmt: skip


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
