"""What the commands about takes print: the estimate as a table, takes as rows and as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli.output import pick, show, table, tell_notes

if TYPE_CHECKING:
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.generate import Generated
    from stitcher.generation.stale import Drift
    from stitcher.generation.take import Move, Take
    from stitcher.timeline.shot_sources import ShotSource


def estimate_lines(estimate: Estimate) -> Iterator[str]:
    """What is missing and what it costs, for people."""
    if estimate.lines:
        rows = [
            (
                line.shot,
                line.purpose,
                line.model,
                str(line.count),
                line.amount,
                str(line.price.credits),
                _dollars(line.price.credits),
            )
            for line in estimate.lines
        ]
        yield from table(
            ("shot", "what", "model", "count", "each", "credits", "dollars"), rows, right=(3, 5, 6)
        )
        yield ""
    most = f", at most {estimate.ceiling_credits}" if estimate.ceiling_credits != estimate.credits else ""
    yield f"{estimate.credits} credits ({estimate.dollars}{most}) for what is missing."
    for text in estimate.unpriced:
        yield f"Not priced: {text}."
    for text in estimate.notes:
        yield f"Note: {text}"
    if estimate.spent.committed:
        unknown = f", {estimate.spent.unknown} of them not known for sure" if estimate.spent.unknown else ""
        yield f"Spent so far: {estimate.spent.total} credits{unknown}."
    if estimate.credits and estimate.tier is not None:
        yield (
            f"All of it within a day needs tier {estimate.tier.name} "
            f"(${estimate.tier.bought_dollars} of credits bought so far)."
        )
    elif estimate.credits:
        yield "No tier makes all of it within a day."


def _dollars(amount: int) -> str:
    from stitcher.generation.prices import dollars

    return dollars(amount)


def take_document(take: Take, *, folder: Path, in_film: bool = False) -> dict[str, object]:
    """A take for machines."""
    from stitcher.generation.provenance import sent_files

    return {
        **pick(take, "shot number purpose"),
        "variant": take.variant or None,
        **pick(take, "piece attempt provider"),
        "animatic": take.is_animatic,
        "model": take.model,
        "storyboard": take.board,
        "state": take.state,
        "in_film": in_film,
        **pick(
            take, "circled removed task_id spent_credits actual_credits estimated_credits ceiling_credits"
        ),
        **pick(take, "failure_code failure request_sha256"),
        "seed": take.body.get("seed"),
        "prompt": take.body.get("promptText"),
        "file": _path(folder, take.file),
        "sha256": take.sha256,
        "bytes": take.size,
        **pick(take, "frames matrix endpoint"),
        "duration_seconds": take.body.get("duration"),
        "ratio": take.body.get("ratio"),
        "source_take": take.source_number,
        "files_sent": sent_files(take),
        "start_frame": _path(folder, take.start_file),
        "start_frame_sha256": None if take.purpose in ("upscale", "sound") else take.start_sha256,
        "enlarged_sha256": take.source_sha256 if take.purpose == "upscale" else None,
        "sound_made_of_sha256": take.start_sha256 if take.purpose == "sound" else None,
        "last_frame": _path(folder, take.frame_file),
        "last_frame_sha256": take.frame_sha256,
        **pick(take, "created updated"),
    }


def record_document(take: Take, takes: Iterable[Take], history: Iterable[Move]) -> dict[str, object]:
    """What the ledger holds of a take besides, for machines: where its start is from, and all that happened to it."""
    from stitcher.generation.provenance import start_of

    start = start_of(take, tuple(takes))
    return {
        "start_from": start
        and {
            **pick(start.take, "shot number purpose provider task_id sha256"),
            **pick(start, "frame crop"),
        },
        "history": [
            {"at": move.at, "state": move.after, "note": move.note or None, "answer": move.reply or None}
            for move in history
        ],
    }


def stale_document(stale: Iterable[Drift]) -> list[dict[str, object]]:
    """Takes that no longer match the storyboard, for machines."""
    return [{**pick(one.take, "shot number"), "differs": one.differs} for one in stale]


def source_document(source: ShotSource) -> dict[str, object]:
    """What a shot of a film is made of, for machines; what no ledger tells is `null`."""
    take, larger = source.take, source.enlarged
    return {
        "shot": source.shot,
        "file": source.clip.name,
        "sha256": source.clip.sha256,
        "credentials": source.clip.has_credentials,
        "take": take and take.number,
        "purpose": take and take.purpose,
        "source_take": take and take.source_number,
        "provider": take and take.provider,
        "model": take and take.model,
        "task_id": take and take.task_id,
        "enlarged": None
        if larger is None
        else {
            "file": larger.name,
            "sha256": larger.sha256,
            "by": source.enlarged_by,
        },
    }


def _path(folder: Path, file: str | None) -> str | None:
    return None if file is None else str(folder / file)


def take_rows(takes: Iterable[Take], in_film: Mapping[str, Take]) -> list[str]:
    """Takes for people, one a line; what is in the film has a star."""
    film = {take.id for take in in_film.values()}
    rows = [
        (
            take.shot,
            f"{'*' if take.id in film else ' '} {_kind(take)}{take.number}",
            take.provider,
            take.model,
            "removed" if take.removed else take.state.value,
            str(take.spent_credits),
            "" if take.frames is None else extent(take),
            take.file if take.file is not None and not take.removed else (take.failure or ""),
        )
        for take in takes
    ]
    return table(
        ("shot", "  take", "by", "model", "state", "credits", "frames", "file, or what went wrong"),
        rows,
        right=(5, 6),
    )


def _kind(take: Take) -> str:
    match take.purpose:
        case "start-image":
            return "image "
        case "edit":
            return "edit "
        case "upscale":
            return f"{take.variant} "
        case "sound":
            return f"{take.variant or 'sound'} "
        case _:
            return ""


def extent(take: Take) -> str:
    """How much of it there is: `121`, or `3.02 s` of a sound."""
    if take.purpose != "sound":
        return str(take.frames)
    from stitcher.timebase import SAMPLE_RATE

    return f"{(take.frames or 0) / SAMPLE_RATE:.2f} s"


def show_generated(made: Generated, folder: Path, *, as_json: bool) -> None:
    """Print what a run has made."""
    tell_notes(made.notes)
    document = {
        "provider": made.provider,
        "takes": [take_document(take, folder=folder, in_film=take.id in made.in_film) for take in made.takes],
        "credits": made.credits,
        "spent_credits": made.spending.total,
        "reserved_credits": made.spending.reserved,
        "notes": made.notes,
    }
    show(document, lambda: _generated_lines(made, folder), as_json=as_json)


def show_take(take: Take, folder: Path, text: str, *, as_json: bool) -> None:
    """Print what has become of one take."""
    show({"take": take_document(take, folder=folder, in_film=take.circled)}, lambda: (text,), as_json=as_json)


def _generated_lines(made: Generated, folder: Path) -> Iterator[str]:
    if not made.takes:
        yield "Nothing was missing."
    for take in made.takes:
        if take.file is not None:
            yield str(folder / take.file)
            counted = {"start-image": "", "sound": f"{extent(take)}, "}
            frames = counted.get(take.purpose, f"{take.frames} frames, ")
            yield f"  {take.label}, {frames}{take.spent_credits} credits"
    if made.credits or made.spending.total:
        yield f"{made.credits} credits spent now, {made.spending.total} in all."
