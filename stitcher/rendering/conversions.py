"""Conversions of sources that nobody asked for (tone mapping, rate, chroma, alpha), for people and machines. Pure.

Only what nobody asked for is named: what is cut away of pictures of another shape, and not the film's size, not a
shot's `speed`, not the encoding itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stitcher.delivery.spec import DeliverySpec, PictureSpec
from stitcher.formats.colour import HDR_TRANSFERS
from stitcher.media.clip import Clip, Colour
from stitcher.media.pixel_format import pixel_format
from stitcher.rendering.cropping import cut_away, cut_away_text
from stitcher.timebase import format_decimal
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.name_lists import listed
from stitcher.timeline.picture import Title

Kind = Literal[
    "tone-mapping",
    "raising-to-hdr",
    "hdr-transfer",
    "deinterlacing",
    "rate",
    "pixel-aspect",
    "alpha",
    "chroma",
    "bit-depth",
    "picture-streams",
    "sound-streams",
    "provenance",
    "cropping",
]

_EFFECT_BITS = 8
"""What pictures are in that a MoviePy effect is given."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """One kind of conversion, and the shots it is done to."""

    kind: Kind
    shots: tuple[str, ...]
    """Their names, in film order, each once."""
    text: str
    """What is done, for people, with the first of the shots."""


def conversions(timeline: Timeline, delivery: DeliverySpec) -> tuple[Conversion, ...]:
    """What is done to the film's sources in this deliverable, one a kind; empty for clips that are alike."""
    order = {item.shot: index for index, item in enumerate(timeline.items)}
    made = []
    for kind, by_what in _shots_by_kind(timeline, delivery).items():
        shots = sorted({shot for some in by_what.values() for shot in some}, key=order.__getitem__)
        if kind == "cropping":
            # How much differs from shot to shot, and it matters of which.
            text = "; ".join(f"{cut} is cut away: {listed(some)}" for cut, some in by_what.items())
        else:
            text = f"{_text(kind, list(by_what), timeline, delivery.picture)}: {listed(shots)}"
        made.append(Conversion(kind, tuple(shots), text))
    return tuple(made)


def _shots_by_kind(timeline: Timeline, delivery: DeliverySpec) -> dict[Kind, dict[str, list[str]]]:
    """By kind and by what is converted: the shots, in film order."""
    shots_by_kind: dict[Kind, dict[str, list[str]]] = {}
    for item in timeline.items:
        if item.clip is not None:
            for kind, what in _of_pictures(item, item.clip, timeline, delivery.picture):
                shots_by_kind.setdefault(kind, {}).setdefault(what, []).append(item.shot)
    if delivery.sound is not None:
        clips = {item.shot: item.clip for item in timeline.items if item.clip is not None}
        for cue in timeline.cues:
            if cue.shot in clips and cue.sound.left_out > 0:
                shots_by_kind.setdefault("sound-streams", {}).setdefault("", []).append(cue.shot)
    for item in timeline.items:
        if cut := _cut_away(item, timeline, delivery.picture):
            shots_by_kind.setdefault("cropping", {}).setdefault(cut, []).append(item.shot)
    return shots_by_kind


def _of_pictures(item: Item, clip: Clip, timeline: Timeline, spec: PictureSpec) -> Iterator[tuple[Kind, str]]:
    """What happens to a shot's pictures, each with what they are."""
    video = clip.video
    yield from _of_light(video.colour, spec.colour)
    if video.is_interlaced:
        yield "deinterlacing", ""
    if video.rate != timeline.rate:
        yield "rate", "variable" if video.rate is None else format_decimal(video.rate, 3)
    if video.sample_aspect != 1:
        yield "pixel-aspect", f"{video.sample_aspect.numerator}:{video.sample_aspect.denominator}"
    has, gets = pixel_format(video.pixel_format), pixel_format(spec.pixel_format)
    if has.alpha and not (gets.alpha and item.is_transparent(timeline.rate)):
        yield "alpha", ""
    if has.family != "gray" and any(
        after > before for before, after in zip(has.spacing, gets.spacing, strict=True)
    ):
        yield "chroma", has.chroma if has.family == "yuv" else "RGB"
    bits = min(gets.bits, _EFFECT_BITS) if item.effects else gets.bits
    if video.bit_depth > bits:
        yield "bit-depth", f"{video.bit_depth} bits are made {bits}"
    if video.other_pictures:
        yield "picture-streams", ""
    if clip.has_credentials:
        yield "provenance", ""


def _cut_away(item: Item, timeline: Timeline, spec: PictureSpec) -> str:
    """What of a shot's picture is not seen; of what is drawn for the film, as titles are, all is."""
    if isinstance(item.source, Title):
        return ""
    return cut_away_text(cut_away(item, timeline, (spec.width, spec.height), spec.fit))


def _of_light(source: Colour, film: Colour) -> Iterator[tuple[Kind, str]]:
    if source.is_hdr and not film.is_hdr:
        yield "tone-mapping", HDR_TRANSFERS[source.transfer or ""]
    elif film.is_hdr and not source.is_hdr:
        yield "raising-to-hdr", ""
    elif source.is_hdr and source.transfer != film.transfer:
        yield "hdr-transfer", HDR_TRANSFERS[source.transfer or ""]


def _text(kind: Kind, whats: list[str], timeline: Timeline, spec: PictureSpec) -> str:
    some = " and ".join(whats)
    transfer = HDR_TRANSFERS.get(spec.colour.transfer or "", "HDR")
    gets = pixel_format(spec.pixel_format)
    texts: dict[Kind, str] = {
        "tone-mapping": f"HDR ({some}) is tone-mapped to SDR",
        "raising-to-hdr": f"SDR is raised to HDR ({transfer}), its white to 203 nits",
        "hdr-transfer": f"{some} is converted to {transfer}",
        "deinterlacing": "interlaced pictures are made progressive",
        "rate": f"the rate ({some}) is made {format_decimal(timeline.rate, 3)}",
        "pixel-aspect": f"pixels that are not square ({some}) are made square",
        "alpha": "transparency is laid over black",
        "chroma": f"{some} colour is stored as {gets.chroma}",
        "bit-depth": some,
        "picture-streams": "of several picture streams only one is shown",
        "sound-streams": "of several sound streams only the one players play is heard",
        "provenance": "Content Credentials (C2PA) are not carried over, as they are signed over the clip's own bytes",
    }
    return texts[kind]
