"""What can be refused of edits and upscales before a credit is spent. Pure; `preflight` gathers the results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from stitcher.errors import PresetError
from stitcher.generation.edit_and_upscale_requests import (
    fitting_resolution,
    largest_fit,
    upscale_fields,
    upscaled_size,
)
from stitcher.generation.estimate import shot_upscale, upscale_model
from stitcher.generation.model_facts import InputVideo, Range
from stitcher.generation.models import Model, Models
from stitcher.generation.request import shot_model, shot_seconds
from stitcher.generation.unsupported_fields import edit_unheard
from stitcher.storyboard.model import Edit, Shot, Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timebase import format_decimal, format_rate
from stitcher.timeline.media_index import MediaIndex

Found = Iterator[tuple[Location, str]]


def check_edit(board: Storyboard, index: int, shot: Shot, models: Models, media: MediaIndex) -> Found:
    """What is wrong with a shot's edit."""
    edit = shot.edit
    if edit is None:
        return
    location = ("shots", index, "edit")
    try:
        model = models.get(edit.model, "edit")
    except PresetError as exc:
        yield (*location, "model"), str(exc)
        return
    yield from edit_unheard(board, ("shots", index), location, shot, edit, model)
    if not edit.prompt.strip():
        yield (*location, "prompt"), "the edit needs a prompt with something in it."
    if model.keyframes is not None and len(edit.keyframes) > model.keyframes.max:
        most = model.keyframes.max
        yield (
            (*location, "keyframes"),
            f"{model.name} takes {most} key frames, not {len(edit.keyframes)}: remove some.",
        )
    if model.seed is not None and edit.seed is not None and edit.seed > model.seed.max:
        yield (*location, "seed"), f"a seed is a whole number from 0 to {model.seed.max}."
    length = _length(board, shot, models, media)
    if length is None:
        return
    seconds, rate = length
    if model.input_video is not None:
        yield from _input(location, model.name, model.input_video, seconds, rate)
    yield from _keyframes(location, edit, seconds, rate)


def _length(
    board: Storyboard, shot: Shot, models: Models, media: MediaIndex
) -> tuple[Fraction, Fraction] | None:
    """Seconds and rate of what will be edited, measured or as its model makes it."""
    clip = media.takes.get(shot.id) or (media.clips.get(shot.clip) if shot.clip else None)
    if clip is not None:
        return clip.duration, clip.video.rate or clip.video.average_rate
    if shot.clip is not None:
        return None
    maker = models.known.get(shot_model(board, shot))
    frames = maker.output.frames(Fraction(shot_seconds(board, shot))) if maker is not None else None
    if maker is None or maker.output.fps is None or frames is None:
        return None
    return Fraction(frames) / maker.output.fps, maker.output.fps


def _input(
    location: tuple[str | int, ...], name: str, limits: InputVideo, seconds: Fraction, rate: Fraction
) -> Found:
    shown = format_decimal(seconds, 2)
    if limits.min_seconds is not None and seconds < limits.min_seconds:
        least = format_decimal(limits.min_seconds)
        yield (
            location,
            f"{name} takes videos from {least} s, and this is {shown} s: use a longer clip.",
        )
    if limits.max_seconds is not None and seconds > limits.max_seconds:
        most = format_decimal(limits.max_seconds)
        yield (
            location,
            f"{name} takes videos up to {most} s, and this is {shown} s: cut the clip first.",
        )
    if limits.max_fps is not None and rate > limits.max_fps:
        most = format_rate(limits.max_fps)
        yield (
            location,
            f"{name} takes up to {most} frames a second, not {format_decimal(rate, 3)}: convert the clip first.",
        )


def _keyframes(location: tuple[str | int, ...], edit: Edit, seconds: Fraction, rate: Fraction) -> Found:
    for number, key in enumerate(edit.keyframes):
        where = (*location, "keyframes", number)
        at = key.at.to_seconds(rate)
        if at > seconds:
            end_s = format_decimal(seconds, 2)
            yield (*where, "at"), f"the key frame at {key.at} is after the end ({end_s} s): move it."
        if key.start is None or key.end is None:
            continue
        start, end = key.start.to_seconds(rate), key.end.to_seconds(rate)
        if start.denominator != 1 or end.denominator != 1:
            yield where, "'start' and 'end' of a key frame are whole seconds (1s, 4s)."
        elif not start < end:
            yield (
                where,
                f"the stretch of a key frame ends ({key.end}) before it starts ({key.start}).",
            )
        elif not start <= at < end:
            yield (
                where,
                f"the key frame at {key.at} is outside its own stretch: move one of them.",
            )


def check_upscale(
    board: Storyboard, index: int, shot: Shot, models: Models, shown: tuple[int, int] | None
) -> Found:
    """What is wrong with an upscale that would be sent to a service; local ones are none of ours. `shown` is the size
    of what would be made larger, where it is known.
    """
    upscale = shot_upscale(board, shot)
    if upscale is None or upscale.by != "runway":
        return
    where: tuple[str | int, ...] = ("shots", index, "upscale") if shot.upscale is not None else ("upscale",)
    try:
        model = models.get(upscale_model(upscale, models), "upscale")
    except PresetError as exc:
        yield (*where, "model"), str(exc)
        return
    if upscale.to is not None:
        for message in _size_faults(shot, model, upscale.to, shown):
            yield (*where, "to"), message
    for message in _setting_faults(model, upscale_fields(upscale, model)):
        yield where, message


def _size_faults(shot: Shot, model: Model, to: str, shown: tuple[int, int] | None) -> Iterator[str]:
    if model.resolution_for(to) is None:
        heights = ", ".join(f"{height}p" for height in model.resolutions.values())
        makes = f"makes {heights}" if heights else "has no sizes to choose from"
        yield f"{model.name} {makes}, not {to}."
    elif shown is not None and int(to[:-1]) > min(shown):
        size = upscaled_size(shown, to)
        if fitting_resolution(model, size) is None:
            less = largest_fit(model, shown)
            most = max(model.resolutions.values())
            yield (
                f"shot {shot.id!r} is {shown[0]}x{shown[1]}, which at {to} is {size[0]}x{size[1]}, and "
                f"{model.name} makes no pictures above {round(most * Fraction(16, 9))}x{most}: "
                f"{f'ask for {less}, or ' if less else ''}make it larger with `by: local`."
            )


def _setting_faults(model: Model, settings: Mapping[str, object]) -> Iterator[str]:
    for name, value in settings.items():
        if name in ("model", "resolution"):
            continue
        takes = model.options.get(name)
        if takes is None:
            yield f"{model.name} has no setting {name!r}: remove it."
        elif isinstance(takes, Range):
            if not (isinstance(value, int) and takes.min <= value <= takes.max):
                yield f"{name} is a whole number from {takes.min} to {takes.max}."
        elif value not in takes:
            yield f"{name} is one of {', '.join(takes)}."
