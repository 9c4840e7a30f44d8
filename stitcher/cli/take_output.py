"""What the commands about takes print: the estimate as a table, takes as rows and as documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli.output import news, table

if TYPE_CHECKING:
    from stitcher.generation.estimate import Estimate
    from stitcher.generation.generate import Generated
    from stitcher.generation.take import Move, Take
    from stitcher.timeline.shot_sources import ShotSource


def estimate_lines(found: Estimate) -> Iterator[str]:
    """What is missing and what it costs, for people."""
    if found.lines:
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
            for line in found.lines
        ]
        yield from table(
            ("shot", "what", "model", "count", "each", "credits", "dollars"), rows, right=(3, 5, 6)
        )
        yield ""
    most = f", at most {found.ceiling_credits}" if found.ceiling_credits != found.credits else ""
    yield f"{found.credits} credits ({found.dollars}{most}) for what is missing."
    for text in found.unpriced:
        yield f"Not priced: {text}."
    for text in found.notes:
        yield f"Note: {text}"
    if found.spent.committed:
        unknown = f", {found.spent.unknown} of them not known for sure" if found.spent.unknown else ""
        yield f"Spent so far: {found.spent.total} credits{unknown}."
    if found.credits and found.tier is not None:
        yield (
            f"All of it within a day needs tier {found.tier.name} "
            f"(${found.tier.bought_dollars} of credits bought so far)."
        )
    elif found.credits:
        yield "No tier makes all of it within a day."


def _dollars(amount: int) -> str:
    from stitcher.generation.prices import dollars

    return dollars(amount)


def take_document(take: Take, *, folder: Path, in_film: bool = False) -> dict[str, object]:
    """A take for machines."""
    from stitcher.generation.provenance import sent_files

    return {
        "shot": take.shot,
        "number": take.number,
        "purpose": take.purpose,
        "variant": take.variant or None,
        "piece": take.piece,
        "attempt": take.attempt,
        "provider": take.provider,
        "animatic": take.is_animatic,
        "model": take.model,
        "storyboard": take.board,
        "state": take.state.value,
        "in_film": in_film,
        "circled": take.circled,
        "removed": take.removed,
        "task_id": take.task_id,
        "spent_credits": take.spent_credits,
        "actual_credits": take.actual_credits,
        "estimated_credits": take.estimated_credits,
        "ceiling_credits": take.ceiling_credits,
        "failure_code": take.failure_code,
        "failure": take.failure,
        "request_sha256": take.request_sha256,
        "seed": take.body.get("seed"),
        "prompt": take.body.get("promptText"),
        "file": _place(folder, take.file),
        "sha256": take.sha256,
        "bytes": take.size,
        "frames": take.frames,
        "matrix": take.matrix,
        "endpoint": take.endpoint,
        "duration_seconds": take.body.get("duration"),
        "ratio": take.body.get("ratio"),
        "source_take": take.source_number,
        "files_sent": [asdict(one) for one in sent_files(take)],
        "start_frame": _place(folder, take.start_file),
        "start_frame_sha256": take.start_sha256,
        "last_frame": _place(folder, take.frame_file),
        "last_frame_sha256": take.frame_sha256,
        "created": take.created.isoformat(),
        "updated": take.updated.isoformat(),
    }


def record_document(take: Take, takes: Iterable[Take], history: Iterable[Move]) -> dict[str, object]:
    """What the ledger holds of a take besides, for machines: where its start is from, and all that happened to it."""
    from stitcher.generation.provenance import start_of

    start = start_of(take, tuple(takes))
    return {
        "start_from": None
        if start is None
        else {
            "shot": start.take.shot,
            "number": start.take.number,
            "purpose": start.take.purpose,
            "provider": start.take.provider,
            "task_id": start.take.task_id,
            "sha256": start.take.sha256,
            "frame": start.frame,
            "crop": None if start.crop is None else asdict(start.crop),
        },
        "history": [
            {
                "at": move.at.isoformat(),
                "state": move.after.value,
                "note": move.note or None,
                "answer": move.reply or None,
            }
            for move in history
        ],
    }


def source_document(source: ShotSource) -> dict[str, object]:
    """What a shot of a film is made of, for machines; what no ledger tells is `null`."""
    take, larger = source.take, source.enlarged
    return {
        "shot": source.shot,
        "file": source.clip.name,
        "sha256": source.clip.sha256,
        "credentials": source.clip.has_credentials,
        "take": take.number if take is not None else None,
        "purpose": take.purpose if take is not None else None,
        "source_take": take.source_number if take is not None else None,
        "provider": take.provider if take is not None else None,
        "model": take.model if take is not None else None,
        "task_id": take.task_id if take is not None else None,
        "enlarged": None
        if larger is None
        else {
            "file": larger.name,
            "sha256": larger.sha256,
            "by": [asdict(maker) for maker in source.enlarged_by],
        },
    }


def _place(folder: Path, file: str | None) -> str | None:
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
            "" if take.frames is None else str(take.frames),
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
        case _:
            return ""


def generated_document(made: Generated, folder: Path) -> dict[str, object]:
    """What a run has made, for machines."""
    return {
        "provider": made.provider,
        "takes": [take_document(take, folder=folder) for take in made.takes],
        "credits": made.credits,
        "spent_credits": made.spending.total,
        "reserved_credits": made.spending.reserved,
        "notes": list(made.notes),
    }


def generated_lines(made: Generated, folder: Path) -> Iterator[str]:
    """What a run has made, for people."""
    if not made.takes:
        yield "Nothing was missing."
    for take in made.takes:
        if take.file is not None:
            yield str(folder / take.file)
            frames = f"{take.frames} frames, " if take.purpose != "start-image" else ""
            yield f"  {take.label}, {frames}{take.spent_credits} credits"
    if made.credits or made.spending.total:
        yield f"{made.credits} credits spent now, {made.spending.total} in all."


def tell_generated(made: Generated) -> None:
    """Say what must be read about a run, as news."""
    for note in made.notes:
        news(f"Note: {note}")
