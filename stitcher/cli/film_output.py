"""What is said of a film that was made, and what making one needs of the command line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli.options import Verify
from stitcher.cli.output import pick
from stitcher.cli.plan_output import unsure_document
from stitcher.cli.progress import FilmProgress, progress_and_cancel
from stitcher.cli.seam_output import finding_lines, findings_document
from stitcher.cli.sound_output import report_document, sound_lines
from stitcher.rendering.options import RenderOptions
from stitcher.timebase import format_decimal, frames_to_seconds
from stitcher.timeline.uncertain_matches import uncertain_match_lines

if TYPE_CHECKING:
    from stitcher.rendering.film import Film
    from stitcher.rendering.segments import Plan


@contextlib.contextmanager
def making_films(
    project: Path, *, cache: Path | None = None, verify: Verify = Verify.joins
) -> Iterator[tuple[RenderOptions, FilmProgress]]:
    """What renders are given while this holds: where to report, and when to stop."""
    with progress_and_cancel(FilmProgress) as (display, cancel):
        yield (
            RenderOptions(
                cache=cache, progress=display.report, cancel=cancel, verify=verify.value, project=project
            ),
            display,
        )


def film_document(film: Film) -> dict[str, object]:
    """What a machine is told of a film."""
    from stitcher.cli.take_output import source_document

    timeline, delivery = film.plan.timeline, film.plan.delivery
    sound: dict[str, object] | None = None
    if film.sound is not None:
        sound = {
            **pick(film.sound, "codec channels sample_rate samples"),
            "loudness": delivery.sound.loudness if delivery.sound is not None else None,
            "integrated_lufs": film.sound.after.integrated_lufs if film.sound.after is not None else None,
            **pick(film.sound, "gain_db limited"),
        }
    return {
        "paths": film.paths,
        "sidecars": film.sidecars,
        "preset": delivery.preset,
        "title": timeline.title,
        "frames": len(film.plan.shown),
        "first_frame": film.plan.shown.start,
        "rate": timeline.rate,
        "duration_seconds": float(frames_to_seconds(len(film.plan.shown), timeline.rate)),
        **pick(delivery.picture, "width height"),
        **pick(film, "copied_frames encoded_frames reused_frames"),
        "wall_seconds": round(film.seconds, 3),
        "sound": sound,
        "sound_report": None if film.report is None else report_document(film.report),
        "stems": film.stems,
        "takes": [source_document(source) for source in film.takes],
        "conversions": film.plan.conversions,
        "unsure_seams": unsure_document(timeline),
        "seam_findings": findings_document(film.seam_findings),
        "notes": film.notes,
    }


def film_lines(film: Film, seconds: float) -> Iterator[str]:
    """What a person is told of a film that took so many seconds."""
    timeline, picture = film.plan.timeline, film.plan.delivery.picture
    for path in film.paths[:1]:
        yield str(path)
    if film.stems:
        yield f"  stems in {film.stems[0].parent}: {', '.join(path.name for path in film.stems)}"
    if len(film.paths) > 1:
        yield f"  and {len(film.paths) - 1} more files"
    if film.sidecars:
        yield f"  beside it: {', '.join(path.name for path in film.sidecars)}"
    size = f"{picture.width}x{picture.height}"
    yield f"  {_shown(film.plan)}, {size}{_rate(film.plan)}, preset {film.plan.delivery.preset}"
    if film.report is not None:
        yield from (f"  {line}" for line in sound_lines(film.report))
    for conversion in film.plan.conversions:
        yield f"  converted: {conversion.text}"
    for doubt in uncertain_match_lines(timeline):
        yield f"  {doubt}"
    for line in finding_lines(film.seam_findings, timeline.rate):
        yield f"  {line}"
    again = f" ({film.reused_frames} of them made before)" if film.reused_frames else ""
    yield (
        f"  {film.copied_frames} frames copied, {film.encoded_frames} encoded{again}; took {seconds:.1f} s"
    )


def _shown(plan: Plan) -> str:
    """How much of the film a deliverable shows: its length, or which frame."""
    shown, whole = plan.shown, plan.timeline.frames
    if plan.delivery.container == "still":
        return f"frame {shown.start} of {whole}"
    length = format_decimal(frames_to_seconds(len(shown), plan.timeline.rate), 2)
    part = "" if len(shown) == whole else f" of {whole}"
    return f"{length} s, {len(shown)}{part} {'frame' if whole == 1 else 'frames'}"


def _rate(plan: Plan) -> str:
    return "" if plan.delivery.container == "still" else f" at {format_decimal(plan.timeline.rate, 3)}"
