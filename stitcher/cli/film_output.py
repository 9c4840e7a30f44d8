"""Making one film from a command: progress shown, Ctrl-C heard; and what is said of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from stitcher.cli import signals
from stitcher.cli.output import news
from stitcher.cli.plan_output import conversions_document, unsure_document
from stitcher.cli.progress import shown
from stitcher.timebase import format_decimal, format_rate, frames_to_seconds
from stitcher.timeline.uncertain_matches import uncertain_match_lines

if TYPE_CHECKING:
    from stitcher.rendering.film import Film
    from stitcher.rendering.segments import Plan


def make_film(
    plan: Plan,
    out: Path,
    *,
    cache: Path | None = None,
    verify: Literal["joins", "full"] = "joins",
    project: Path | None = None,
) -> Film:
    """The film of `plan` at `out`. Raises what `workflow.render` raises; `Interrupted` after Ctrl-C."""
    from stitcher import workflow

    with signals.gently(news) as cancel, shown() as progress:
        return workflow.render(
            plan, out, cache=cache, verify=verify, progress=progress, cancel=cancel, project=project
        )


def film_document(film: Film) -> dict[str, object]:
    """What a machine is told of a film."""
    from stitcher.cli.take_output import source_document

    timeline, delivery = film.plan.timeline, film.plan.delivery
    document: dict[str, object] = {
        "paths": [str(path) for path in film.paths],
        "preset": delivery.preset,
        "title": timeline.title,
        "frames": len(film.plan.shown),
        "first_frame": film.plan.shown.start,
        "rate": format_rate(timeline.rate),
        "duration_seconds": float(frames_to_seconds(len(film.plan.shown), timeline.rate)),
        "width": delivery.picture.width,
        "height": delivery.picture.height,
        "copied_frames": film.copied_frames,
        "encoded_frames": film.encoded_frames,
        "reused_frames": film.reused_frames,
        "wall_seconds": round(film.seconds, 3),
        "sound": None,
        "takes": [source_document(source) for source in film.takes],
        "conversions": conversions_document(film.plan),
        "unsure_seams": unsure_document(timeline),
        "notes": list(film.notes),
    }
    if film.sound is not None:
        document["sound"] = {
            "codec": film.sound.codec,
            "channels": film.sound.channels,
            "sample_rate": film.sound.sample_rate,
            "samples": film.sound.samples,
            "loudness": delivery.sound.loudness if delivery.sound is not None else None,
            "integrated_lufs": film.sound.after.integrated_lufs if film.sound.after is not None else None,
            "gain_db": film.sound.gain_db,
            "limited": film.sound.limited,
        }
    return document


def film_lines(film: Film, seconds: float) -> Iterator[str]:
    """What a person is told of a film that took so many seconds."""
    timeline, picture = film.plan.timeline, film.plan.delivery.picture
    for path in film.paths[:1]:
        yield str(path)
    if len(film.paths) > 1:
        yield f"  and {len(film.paths) - 1} more files"
    size = f"{picture.width}x{picture.height}"
    yield f"  {_shown(film.plan)}, {size}{_rate(film.plan)}, preset {film.plan.delivery.preset}"
    for conversion in film.plan.conversions:
        yield f"  converted: {conversion.text}"
    for doubt in uncertain_match_lines(timeline):
        yield f"  {doubt}"
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


def tell_notes(notes: tuple[str, ...]) -> None:
    """Say what a report must say, as news."""
    for note in notes:
        news(f"Note: {note}")
