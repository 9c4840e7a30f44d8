"""Requests that start from a video: edits (a take made from a take) and upscales, in pieces. Pure."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from stitcher.errors import InputError
from stitcher.generation.model_facts import InputVideo
from stitcher.generation.models import Model
from stitcher.generation.prices import FREE, Amount, Price, price
from stitcher.generation.provider import Asset, Expected
from stitcher.generation.request import Slot, TakeRequest, moderation_field, new_request, still_asset
from stitcher.generation.start_crop import Still
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Edit, Shot, Storyboard, Upscale
from stitcher.timebase import FrameRange

GRID = 16
"""Pixels that sides of a service's pictures are whole multiples of."""
_FRAME = Fraction(16, 9)
"""The shape of the pictures whose heights are the names of resolutions."""


def edit_fields(board: Storyboard, shot: Shot, edit: Edit, model: Model) -> dict[str, object]:
    """The body of an edit without its files; enough to know the price."""
    fields: dict[str, object] = {"model": model.name, "promptText": edit.prompt}
    if edit.seed is not None and model.seed is not None:
        fields["seed"] = edit.seed
    return fields | moderation_field(board, shot, model)


def edit_price(board: Storyboard, shot: Shot, edit: Edit, model: Model, seconds: Fraction) -> Price:
    """What an edit of a video this long costs."""
    return price(model.price, edit_fields(board, shot, edit, model), Amount(seconds=seconds))


def edit_request(
    board: Storyboard,
    slot: Slot,
    model: Model,
    source: Clip,
    keyframes: tuple[Still, ...],
    *,
    source_take: int | None,
) -> TakeRequest:
    """The request for the edit of a shot: of `source`, which is its take `source_take`, or a clip of the storyboard.

    `keyframes` are the edit's stills in its order.
    """
    shot = board.shot(slot.shot)
    edit = shot.edit
    assert edit is not None
    fields = edit_fields(board, shot, edit, model)
    fields["videoUri"] = clip_asset(source)
    rate = source.video.rate or source.video.average_rate
    if keyframes:
        guides = []
        for keyframe, still in zip(edit.keyframes, keyframes, strict=True):
            guide: dict[str, object] = {
                "uri": still_asset(still),
                "seconds": json_number(keyframe.at.to_seconds(rate)),
            }
            if keyframe.start is not None and keyframe.end is not None:
                # The service takes whole seconds here; preflight refuses others before this is built.
                guide["range"] = {
                    "start_seconds": math.floor(keyframe.start.to_seconds(rate)),
                    "end_seconds": math.ceil(keyframe.end.to_seconds(rate)),
                }
            guides.append(guide)
        fields["keyframes"] = tuple(guides)
    request = new_request(
        slot,
        model.endpoint,
        fields,
        price=edit_price(board, shot, edit, model, source.duration),
        expected=Expected("video", source.video.frames, source.video.shown_size, any_scale=True),
    )
    return replace(request, source_take=source_take)


def plan_pieces(frames: int, rate: Fraction, limits: InputVideo | None) -> tuple[FrameRange, ...]:
    """The fewest stretches, of nearly equal length, that a model takes one by one; source clock."""
    most = frames
    if limits is not None and limits.max_frames is not None:
        most = min(most, limits.max_frames)
    if limits is not None and limits.max_seconds is not None:
        most = min(most, math.floor(limits.max_seconds * rate))
    if frames <= 0 or most <= 0:
        return ()
    count = -(-frames // most)
    bounds = [frames * index // count for index in range(count + 1)]
    return tuple(FrameRange(start, stop) for start, stop in pairwise(bounds))


def upscaled_size(shown: tuple[int, int], to: str) -> tuple[int, int]:
    """The size a picture has when its shorter side is `to` (such as `2160p`), in even numbers.

    Raises `InputError` when that is not larger.
    """
    short = int(to.removesuffix("p"))
    if short <= min(shown):
        raise InputError(
            f"A picture of {shown[0]}x{shown[1]} is already at least {to}; ask for more, or leave it."
        )
    factor = Fraction(short, min(shown))
    width, height = (round(side * factor / 2) * 2 for side in shown)
    return width, height


def fitting_resolution(model: Model, size: tuple[int, int]) -> str | None:
    """The request's own name for the least that a model makes which holds a picture of `size`, upright or not; `None`
    when nothing does.

    A resolution is told by the height of a picture of 16:9. What becomes of other shapes is not documented: the shorter
    side was seen to be that height, and the longer one to be that width. What lies within both is large enough either
    way, and scaled to fit.
    """
    fits = [
        (high, name)
        for name, high in model.resolutions.items()
        if min(size) <= high and max(size) <= high * _FRAME + GRID
    ]
    return min(fits)[1] if fits else None


def largest_fit(model: Model, shown: tuple[int, int]) -> str | None:
    """The most a picture of that size can be enlarged to, as `1440p`; `None` when it cannot be."""
    for high in sorted(model.resolutions.values(), reverse=True):
        if high > min(shown) and fitting_resolution(model, upscaled_size(shown, f"{high}p")) is not None:
            return f"{high}p"
    return None


def upscale_fields(upscale: Upscale, model: Model, size: tuple[int, int] | None = None) -> dict[str, object]:
    """The body of an upscale to `size` without its video; enough to know the price."""
    fields: dict[str, object] = {"model": model.name}
    if upscale.to is not None:
        fits = fitting_resolution(model, size) if size is not None else None
        fields["resolution"] = fits or model.resolution_for(upscale.to)
    options = {
        "creativity": upscale.creativity,
        "sharpen": upscale.sharpen,
        "smartGrain": upscale.smart_grain,
        "flavor": upscale.flavor,
    }
    return fields | {name: value for name, value in options.items() if value is not None}


def upscale_price(
    upscale: Upscale, model: Model, frames: int, rate: Fraction, size: tuple[int, int] | None = None
) -> Price:
    """What enlarging this many frames to `size` costs, all pieces together, each rounded up by itself."""
    fields = upscale_fields(upscale, model, size)
    total = FREE
    for piece in plan_pieces(frames, rate, model.input_video):
        amount = Amount(frames=len(piece), seconds=Fraction(len(piece)) / rate)
        total += price(model.price, fields, amount)
    return total


def upscale_request(
    slot: Slot,
    upscale: Upscale,
    model: Model,
    piece: Clip,
    *,
    size: tuple[int, int],
    made_of: Clip | None = None,
) -> TakeRequest:
    """The request to enlarge one piece (a file of its own, cut from `made_of`) of a take, to about `size`."""
    fields = upscale_fields(upscale, model, size)
    fields["videoUri"] = clip_asset(piece)
    amount = Amount(frames=piece.video.frames, seconds=piece.duration)
    request = new_request(
        slot,
        model.endpoint,
        fields,
        price=price(model.price, fields, amount),
        # The size is measured when it comes: 1072 lines for 1080 have been seen.
        expected=Expected("video", piece.video.frames, size, frame_for_frame=True, any_scale=True),
    )
    return replace(request, source_take=slot.take, start_sha256=(made_of or piece).sha256)


_VIDEO_TYPES = {"matroska": "video/webm", "mov": "video/mp4"}


def clip_asset(clip: Clip) -> Asset:
    """A clip where a request wants an address."""
    types = {".mov": "video/quicktime", ".mkv": "video/x-matroska", ".webm": "video/webm"}
    fallback = _VIDEO_TYPES.get(clip.container, "video/mp4")
    return Asset(clip.path, clip.sha256, types.get(clip.path.suffix.lower(), fallback))


def json_number(value: Fraction) -> int | float:
    """A number as it is sent."""
    return value.numerator if value.denominator == 1 else round(float(value), 6)
