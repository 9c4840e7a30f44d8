"""Provenance: where the pictures of a take, and those of a film, come from, as far as the ledger tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from stitcher.generation.enlargements import pieces_of
from stitcher.generation.request import origin_of, parse_ratio, wish_of
from stitcher.generation.start_crop import Crop, frame_origin, plan_crop
from stitcher.generation.take import Take
from stitcher.media.clip import Clip
from stitcher.timeline.model import Item, Timeline
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


@dataclass(frozen=True, slots=True)
class StartOrigin:
    """The picture a take was started from."""

    take: Take
    """Whose it is."""
    frame: str | None
    """Which one: `last`, `first`, `frame-23` (from 0); `None` of a start image."""
    crop: Crop | None
    """The part of it that was sent; `None` for all."""


def sent_files(take: Take) -> tuple[Sent, ...]:
    """The files of a take's request, in its order of fields."""
    body = take.body
    start = body.get("promptImage")
    files = [_sent("first", start)] if isinstance(start, dict) else []
    files += [_sent(str(one.get("position", "first")), one.get("uri"), one) for one in _listed(start)]
    files += [_sent("reference", one.get("uri"), one) for one in _listed(body.get("referenceImages"))]
    files += [_sent("keyframe", one.get("uri"), one) for one in _listed(body.get("keyframes"))]
    files.append(_sent("video", body.get("videoUri")))
    files.append(_sent("sound", body.get("audioUri")))
    return tuple(one for one in files if one is not None)


def start_of(take: Take, takes: Iterable[Take]) -> StartOrigin | None:
    """What a take's start was cut from, of everything in the ledger; `None` for a still or a clip of the storyboard.

    The ledger keeps the hash of the wish, in which a start is told by its origin: the one that gives that hash is it.
    """
    if take.purpose == "sound":
        return None
    if take.start_sha256 is None or take.wish_sha256 == wish_of(take.request, {}):
        # Not cut from anything: a file as it is. It may be a start image, whose own hash it has.
        drawn = (
            other for other in takes if other.purpose == "start-image" and other.sha256 == take.start_sha256
        )
        image = next(drawn, None) if take.start_sha256 is not None else None
        return StartOrigin(image, None, None) if image is not None else None
    ratio = take.body.get("ratio")
    for other in takes:
        if other.id == take.id or other.sha256 is None or other.purpose in ("upscale", "sound"):
            continue
        crops: list[Crop | None] = [None]
        if isinstance(ratio, str) and other.expected_width is not None and other.expected_height is not None:
            with suppress(ValueError):
                crops.append(plan_crop(other.expected_width, other.expected_height, parse_ratio(ratio)))
        for frame in _frames(other):
            origin = other.sha256 if frame is None else frame_origin(other.sha256, frame)
            for crop in dict.fromkeys(crops):
                if wish_of(take.request, {take.start_sha256: origin_of(origin, crop)}) == take.wish_sha256:
                    return StartOrigin(other, frame, crop)
    return None


def _frames(take: Take) -> tuple[str | None, ...]:
    """What the pictures of a take are called, the likeliest first; a still's is `None`."""
    if take.purpose == "start-image":
        return (None,)
    return ("last", "first", *(f"frame-{number}" for number in range(1, (take.frames or 0) - 1)))


def with_takes(timeline: Timeline, takes: Iterable[Take]) -> Timeline:
    """The timeline with what `takes` tell of its clips, which are known by their bytes."""
    known = tuple(takes)
    return replace(timeline, items=tuple(_with_take(item, known) for item in timeline.items))


def _with_take(item: Item, known: tuple[Take, ...]) -> Item:
    if item.hidden is not None:
        return replace(item, hidden=_with_take(item.hidden, known))
    clip = item.clip
    same = [one for one in known if clip is not None and one.is_picture and one.sha256 == clip.sha256]
    take = next((one for one in same if one.shot == item.shot), None) or next(iter(same), None)
    larger = item.source if item.original is not None and isinstance(item.source, Clip) else None
    makers = tuple(
        Maker(one.provider, one.model, one.task_id) for one in _enlargements(item.shot, take, larger, known)
    )
    return replace(item, take=None if take is None else _shown(take), enlarged_by=makers)


def _shown(take: Take) -> ShownTake:
    return ShownTake(take.provider, take.model, take.task_id, take.number, take.purpose, take.source_number)


def _enlargements(
    shot: str, take: Take | None, larger: Clip | None, takes: tuple[Take, ...]
) -> tuple[Take, ...]:
    if larger is None:
        return ()
    # Of a clip of the storyboard any number may be the one shown.
    upscales = [
        one
        for one in takes
        if one.purpose == "upscale" and one.shot == shot and (take is None or one.number == take.number)
    ]
    for one in upscales:
        pieces = pieces_of(upscales, shot, one.number, one.provider, one.variant)
        # Joined pieces are named by what they were joined of.
        whole = f"{one.number}.{one.variant}.whole-"
        if any(piece.sha256 == larger.sha256 for piece in pieces) or (
            pieces and larger.path.name.startswith(whole)
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
