"""Where the pictures of a take, and those of a film, come from, as far as the ledger tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from stitcher.generation.selects import pieces_of
from stitcher.generation.take import Take
from stitcher.media.clip import Clip
from stitcher.timeline.model import Timeline
from stitcher.timeline.shot_sources import Maker, ShownTake


@dataclass(frozen=True, slots=True)
class Sent:
    """One file that went into a request."""

    role: str
    """`first` or `last` picture, `reference`, `keyframe`, or `video`."""
    sha256: str
    type: str
    """Media type."""
    tag: str | None = None
    """Of a reference: what the prompt calls it."""
    seconds: float | None = None
    """Of a key frame: where it belongs."""


def sent_files(take: Take) -> tuple[Sent, ...]:
    """The files of a take's request, in its order of fields."""
    body = take.body
    start = body.get("promptImage")
    found = [_sent("first", start)] if isinstance(start, dict) else []
    found += [_sent(str(one.get("position", "first")), one.get("uri"), one) for one in _listed(start)]
    found += [_sent("reference", one.get("uri"), one) for one in _listed(body.get("referenceImages"))]
    found += [_sent("keyframe", one.get("uri"), one) for one in _listed(body.get("keyframes"))]
    found.append(_sent("video", body.get("videoUri")))
    return tuple(one for one in found if one is not None)


def start_take(take: Take, takes: Iterable[Take]) -> Take | None:
    """The take whose last frame, or the start image that, was sent whole as this take's start; `None` for another
    picture, a part of one, or another frame.
    """
    if take.start_sha256 is None:
        return None
    for other in takes:
        made = other.sha256 if other.purpose == "start-image" else other.frame_sha256
        if other.id != take.id and made == take.start_sha256:
            return other
    return None


def with_takes(timeline: Timeline, takes: Iterable[Take]) -> Timeline:
    """The timeline with what `takes` tell of its clips, which are known by their bytes."""
    known = tuple(takes)
    items = []
    for item in timeline.items:
        clip = item.clip
        same = [one for one in known if clip is not None and one.is_picture and one.sha256 == clip.sha256]
        take = next((one for one in same if one.shot == item.shot), None) or next(iter(same), None)
        larger = item.source if item.original is not None and isinstance(item.source, Clip) else None
        makers = tuple(
            Maker(one.provider, one.model, one.task_id)
            for one in _enlargements(item.shot, take, larger, known)
        )
        items.append(replace(item, take=None if take is None else _shown(take), enlarged_by=makers))
    return replace(timeline, items=tuple(items))


def _shown(take: Take) -> ShownTake:
    return ShownTake(take.provider, take.model, take.task_id, take.number, take.purpose, take.source_number)


def _enlargements(
    shot: str, take: Take | None, larger: Clip | None, takes: tuple[Take, ...]
) -> tuple[Take, ...]:
    if larger is None:
        return ()
    number = take.number if take is not None else 1
    upscales = [one for one in takes if one.purpose == "upscale" and (one.shot, one.number) == (shot, number)]
    for one in upscales:
        pieces = pieces_of(upscales, shot, number, one.provider, one.variant)
        # Joined pieces are named by what they were joined of.
        if any(piece.sha256 == larger.sha256 for piece in pieces) or (
            pieces and ".whole-" in larger.path.name and f".{one.variant}." in larger.path.name
        ):
            return pieces
    return ()


def _listed(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _sent(role: str, file: object, told: dict[str, object] | None = None) -> Sent | None:
    if not isinstance(file, dict) or not isinstance(file.get("sha256"), str):
        return None
    tag, seconds = (told or {}).get("tag"), (told or {}).get("seconds")
    return Sent(
        role,
        file["sha256"],
        str(file.get("type", "")),
        tag if isinstance(tag, str) else None,
        float(seconds) if isinstance(seconds, (int, float)) else None,
    )
