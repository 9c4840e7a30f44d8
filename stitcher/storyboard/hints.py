"""Hints for unknown keys and values: another program's word for ours, or our word in another place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from stitcher.storyboard.base import StoryboardModel
from stitcher.storyboard.bought_sound import GeneratedSound, Voice
from stitcher.storyboard.captions import Captions
from stitcher.storyboard.cue import Cue, Duck
from stitcher.storyboard.framing import FocusKey
from stitcher.storyboard.generation import Upscale
from stitcher.storyboard.look import Grade
from stitcher.storyboard.model import Defaults, Delivery, Format, Marker, Storyboard
from stitcher.storyboard.overlay import FilmOverlay, Logo, PictureOverlay
from stitcher.storyboard.picture import ColourFade, StillMove, Transition
from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.storyboard.shot import Shot
from stitcher.storyboard.suggest import nearest
from stitcher.storyboard.words import LowerThird, Outline, Shadow, TitleCard

_LENGTHS = dict.fromkeys(("length", "seconds", "frames", "time"), "duration")
_LAID = {
    **_LENGTHS,
    **dict.fromkeys(("file", "image", "clip", "still", "video", "path", "src", "logo"), "picture"),
    **dict.fromkeys(("place", "corner", "anchor", "gravity"), "position"),
    **dict.fromkeys(("height", "scale"), "size"),
    "transparency": "opacity",
    "repeat": "loop",
    "padding": "margin",
}
_LOOKS = {
    "color": "colour",
    **dict.fromkeys(("place", "anchor", "gravity"), "position"),
    **dict.fromkeys(("alignment", "justify"), "align"),
    **dict.fromkeys(("leading", "line_spacing", "spacing"), "line_height"),
    **dict.fromkeys(("letter_spacing", "kerning"), "tracking"),
    **dict.fromkeys(("stroke", "border"), "outline"),
    **dict.fromkeys(("font_family", "typeface", "fontfile"), "font"),
    **dict.fromkeys(("font_size", "fontsize"), "size"),
}
_FORMAT = "all shots have the film's: it belongs under the storyboard's 'format'"
_SHAPES = [
    "size",
    "resolution",
    "width",
    "height",
    "fps",
    "rate",
    "framerate",
    "ratio",
    "aspect",
    "aspect_ratio",
]

_OURS: Mapping[type[StoryboardModel], Mapping[str, str]] = {
    Storyboard: {
        "name": "title",
        "characters": "voices",
        "version": "stitcher",
        **dict.fromkeys(("caption", "subtitle", "subtitles", "subs"), "captions"),
        "lang": "language",
        "overlay": "overlays",
        **dict.fromkeys(("scenes", "clips", "clip", "timeline"), "shots"),
    },
    Shot: {
        "name": "id",
        "end": "out",
        "begin": "in",
        "seconds": "duration",
        "number": "takes",
        "transitions": "transition",
        **dict.fromkeys(("file", "video", "path", "src", "source", "input"), "clip"),
        **dict.fromkeys(("photo", "jpeg", "png"), "still"),
        **dict.fromkeys(("image", "picture", "first_frame"), "start"),
        **dict.fromkeys(("text", "caption", "captions", "subtitle", "subtitles", "lower_third"), "overlays"),
        "audio": "sound",
        "fade": "fade_in",
        **dict.fromkeys(("mirror", "mirrored", "hflip"), "flip"),
        **dict.fromkeys(("reframe", "gravity", "center", "centre"), "focus"),
        **dict.fromkeys(("color", "colour", "lut", "color_grade", "exposure", "saturation"), "grade"),
        **dict.fromkeys(("rotation", "angle", "turn"), "rotate"),
        **dict.fromkeys(("scale", "punch_in"), "zoom"),
        **dict.fromkeys(("backwards", "reversed", "rewind"), "reverse"),
        **dict.fromkeys(("freeze_frame", "pause"), "freeze"),
    },
    Grade: {
        **dict.fromkeys(("kelvin", "white_balance", "temp", "wb"), "temperature"),
        **dict.fromkeys(("brightness", "stops", "ev"), "exposure"),
        **dict.fromkeys(("file", "cube"), "lut"),
    },
    FocusKey: {**dict.fromkeys(("time", "frame", "start"), "at"), "easing": "ease"},
    StillMove: {"easing": "ease", "direction": "pan", "scale": "zoom"},
    Transition: {**_LENGTHS, "type": "kind", "name": "kind"},
    Format: {
        **dict.fromkeys(("resolution", "width", "height"), "size"),
        **dict.fromkeys(("rate", "framerate", "frame_rate"), "fps"),
        **dict.fromkeys(("aspect", "aspect_ratio"), "ratio"),
        "timecode": "start",
    },
    Cue: {
        **dict.fromkeys(("volume", "level", "db"), "gain"),
        **dict.fromkeys(("start", "begin", "offset"), "at"),
        **dict.fromkeys(("type", "kind"), "role"),
        **dict.fromkeys(("clip", "path", "src", "source", "audio"), "file"),
        **dict.fromkeys(("duration", "seconds"), "length"),
        "end": "until",
        "repeat": "loop",
        **dict.fromkeys(("balance", "panning"), "pan"),
        **dict.fromkeys(("muted", "disabled"), "mute"),
        **dict.fromkeys(("ducking", "sidechain"), "duck"),
        **dict.fromkeys(("automation", "keyframes", "envelope"), "gain_keys"),
    },
    GeneratedSound: {
        **dict.fromkeys(("text", "say", "says", "line", "words", "tts"), "speech"),
        **dict.fromkeys(("by", "character", "speaker", "preset", "who"), "voice"),
        **dict.fromkeys(("sound", "sfx", "sound_effect"), "effect"),
        **dict.fromkeys(("length", "seconds"), "duration"),
        **dict.fromkeys(("video", "shot", "clip", "fits"), "picture"),
        **dict.fromkeys(("isolation", "voice_isolation"), "isolate"),
        **dict.fromkeys(("dubbing", "translate"), "dub"),
        **dict.fromkeys(("to", "target", "target_language"), "into"),
    },
    Voice: {"voice": "preset", "name": "preset", "id": "preset", "lang": "language"},
    Delivery: {
        **dict.fromkeys(("output", "path", "name", "to", "out"), "file"),
        **dict.fromkeys(("format", "codec"), "preset"),
        "directory": "folder",
        "fill": "fit",
        **dict.fromkeys(("reframe", "framing"), "shots"),
    },
    TitleCard: {**_LENGTHS, **_LOOKS},
    ColourFade: {**_LENGTHS, **dict.fromkeys(("color", "from", "to"), "colour")},
    PictureOverlay: _LAID | {"start": "at", "in": "at"},
    FilmOverlay: _LAID | {"start": "at", "from": "at", "end": "until", "to": "until"},
    Logo: _LAID | {"start": "at", "from": "at", "end": "until", "to": "until"},
    LowerThird: {**_LENGTHS, **_LOOKS, "start": "at", "in": "at"},
    Outline: {"color": "colour", **dict.fromkeys(("thickness", "size"), "width")},
    Shadow: {"color": "colour", **dict.fromkeys(("softness", "radius"), "blur"), "alpha": "opacity"},
    Upscale: dict.fromkeys(("size", "height", "resolution", "factor", "scale"), "to"),
    Marker: {"time": "at", "frame": "at", "label": "name"},
    Captions: {
        **dict.fromkeys(("path", "src", "source"), "file"),
        **dict.fromkeys(("start", "begin", "offset"), "at"),
        **dict.fromkeys(("output", "outputs", "burn"), "as"),
        **dict.fromkeys(("lang", "locale"), "language"),
        "charset": "encoding",
    },
    Duck: {**dict.fromkeys(("amount", "gain", "db", "depth"), "by"), "role": "under", "hysteresis": "hold"},
}
"""By model: words for keys that others use, and ours."""

_ADVICE: Mapping[type[StoryboardModel], Mapping[str, str]] = {
    Storyboard: {
        "music": "sounds are a list under 'sound', with 'role: music'",
        "audio": "sounds are a list under 'sound'",
        "transition": "it belongs on a shot or under 'defaults'",
        **dict.fromkeys(("resolution", "width", "height", "framerate", "rate"), "it belongs under 'format'"),
        **dict.fromkeys(
            ("output", "outputs", "export", "exports", "preset", "presets"),
            "films are a list under 'deliver', each with a 'preset' and a 'file'",
        ),
    },
    PictureOverlay: {"text": "an overlay is a 'text' or a 'picture': make two of it"},
    FilmOverlay: {"text": "words lie over a shot: write them under its 'overlays'"},
    Shot: {
        **dict.fromkeys(_SHAPES, _FORMAT),
        **dict.fromkeys(("volume", "gain"), "how loud a clip is stands in 'sound', as 'gain' in decibels"),
        **dict.fromkeys(("length", "trim"), "how long a clip is seen comes from 'in' and 'out'"),
    },
}
"""By model: keys that need more than another word."""

_CURVES = {
    **dict.fromkeys(("lin", "tri", "straight"), "linear"),
    **dict.fromkeys(("equal_power", "constant-power", "qsin", "sine"), "equal-power"),
    **dict.fromkeys(("smooth", "hsin", "cosine", "ease", "s"), "s-curve"),
    **dict.fromkeys(("log", "fast"), "logarithmic"),
    **dict.fromkeys(("exp", "slow"), "exponential"),
}

_VALUES: Mapping[str, Mapping[str, str]] = {
    "role": {word: role for role, row in ROLE_TABLE.items() for word in row.words},
    "fit": {
        **dict.fromkeys(("fill", "cover", "zoom", "stretch"), "crop"),
        **dict.fromkeys(("contain", "letterbox", "pillarbox", "fit", "bars"), "pad"),
    },
    "conform": {**dict.fromkeys(("drop", "duplicate"), "nearest"), "interpolate": "blend"},
    "align": dict.fromkeys(("center", "middle", "centered", "centred"), "centre"),
    "fade_in_curve": _CURVES,
    "fade_out_curve": _CURVES,
    "sound": {**dict.fromkeys(("off", "none", "no", "silent"), "mute"), **dict.fromkeys(("on", "yes"), "keep")},
    "to": {"4k": "2160p", "uhd": "2160p", "2k": "1440p", "hd": "1080p", "fullhd": "1080p", "1080": "1080p",
           "2160": "2160p", "1440": "1440p"},
    "kind": {
        **dict.fromkeys(("crossfade", "cross-fade", "cross_fade", "crossdissolve", "cross-dissolve", "mix", "blend",
                         "xfade"), "dissolve"),
        **dict.fromkeys(("none", "jump", "hard", "hardcut", "straight"), "cut"),
        **dict.fromkeys(("fadetoblack", "fade-to-black", "fadeout", "dip"), "fadeblack"),
        "wipe": "wipeleft",
        "slide": "slideleft",
    },
}  # fmt: skip
"""By key: words for values that others use, and ours."""


def key_hint(model: type[StoryboardModel], key: str) -> str:
    """What to do about a key that a mapping does not have, from `did you mean` on; empty where nothing is known."""
    known = written_keys(model)
    if slip := nearest(key, known):
        return f"did you mean {slip!r}?"
    word = key.casefold()
    own = Shot if model is Defaults else model
    if advice := _ADVICE.get(model, {}).get(word):
        return f"{advice}."
    if (ours := _OURS.get(own, {}).get(word)) in known:
        return f"did you mean {ours!r}?"
    if (held := _holder(model, word)) is not None:
        return f"did you mean '{held}: {word}'?"
    below = [name for name, inner in _models_of(model) if key in written_keys(inner)]
    if below:
        return f"it belongs under {' or '.join(map(repr, below))}."
    return ""


def value_hint(key: str | None, value: object, known: tuple[str, ...] = ()) -> str:
    """`": did you mean 'x'?"` for a value, or an empty text; `known` are the values there are."""
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return ""
    word = str(value)
    meant = _VALUES.get(key or "", {}).get(word.casefold()) or nearest(word, known)
    return f": did you mean {meant!r}?" if meant is not None else ""


def written_keys(model: type[StoryboardModel]) -> tuple[str, ...]:
    """The keys a mapping may have, as they are written."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _holder(model: type[StoryboardModel], word: str) -> str | None:
    """The key that takes this word as its value."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        words = {*_words(field.annotation), *_VALUES.get(key, {}).values()}
        if word in words and word not in ("auto", "none"):
            return key
    return "transition" if "transition" in model.model_fields and word in _VALUES["kind"].values() else None


def _words(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
        return
    for argument in get_args(annotation):
        yield from _words(argument)


def _models_of(model: type[StoryboardModel]) -> Iterator[tuple[str, type[StoryboardModel]]]:
    for name, field in model.model_fields.items():
        if (inner := model_in(field.annotation)) is not None:
            yield field.alias or name, inner


def model_in(annotation: Any) -> type[StoryboardModel] | None:
    """The model a field's annotation speaks of, `None` for plain values."""
    if isinstance(annotation, type) and issubclass(annotation, StoryboardModel):
        return annotation
    for argument in get_args(annotation):
        if (model := model_in(argument)) is not None:
            return model
    return None
