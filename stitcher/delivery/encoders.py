"""Encoder options: what a preset asks, in the words of one FFmpeg encoder. Pure.

Colour goes into the bitstream by each encoder's own parameters, never by FFmpeg's `-color_primaries` family:
since 8.0 those make it convert pictures that carry no tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from stitcher.formats.colour import MATRICES, PRIMARIES, TRANSFERS, number_of
from stitcher.media.clip import Colour

BT709 = Colour("tv", "bt709", "bt709", "bt709")
BT2020_PQ = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
BT2020_HLG = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")
COLOURS = {"bt709": BT709, "bt2020-pq": BT2020_PQ, "bt2020-hlg": BT2020_HLG}
CHROMA_PLACED = (("chromaloc", "0"),)
"""x265 writes the place of the chroma samples only where the frames tell it, and some filters forget it: said here, all
segments of a film in 4:2:0 have the same header."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What is asked of an encoder, in no encoder's words; `None` leaves it to the encoder."""

    colour: Colour
    profile: str | None = None
    level: str | None = None
    speed: str | None = None
    crf: float | None = None
    bitrate_kbps: int | None = None
    maxrate_kbps: int | None = None
    bufsize_kbps: int | None = None
    gop_frames: int | None = None
    closed_gop: bool = True
    bframes: int | None = None
    scenecut: bool = True
    params: tuple[tuple[str, str], ...] = ()
    """The encoder's own parameters (`-x264-params`, `-x265-params`), after and above the ones made here."""
    extra: dict[str, str] = field(default_factory=dict)
    """Further FFmpeg options by name."""


def number(value: float) -> str:
    """A decimal without a needless fraction: `16`, `17.5`."""
    return f"{value:g}"


def encoder_options(encoder: str, settings: EncoderSettings) -> tuple[str, ...]:
    """Output options, as argv, that make `encoder` do what is asked."""
    of_frames = replace(settings, colour=frame_colour(encoder, settings.colour))
    if encoder == "libx264":
        options = _x264(of_frames)
    elif encoder == "libx265":
        options = _x265(of_frames)
    elif encoder == "libsvtav1":
        options = _svtav1(settings)
    else:
        options = _generic(encoder, settings)
    options += _metadata_filter(encoder, settings.colour)
    for key, value in settings.extra.items():
        options += [f"-{key}", value]
    return tuple(options)


def stated(*options: tuple[str, object | None]) -> list[str]:
    """Options by name, as argv; those without a value are left out."""
    return [word for name, value in options if value is not None for word in (name, str(value))]


def kilobits(kbps: int | None) -> str | None:
    """A bitrate as FFmpeg reads it."""
    return None if kbps is None else f"{kbps}k"


def _rate_control(settings: EncoderSettings) -> list[str]:
    by_quality = settings.crf is not None
    return stated(
        ("-crf", None if settings.crf is None else number(settings.crf)),
        ("-b:v", None if by_quality else kilobits(settings.bitrate_kbps)),
        ("-maxrate", kilobits(settings.maxrate_kbps)),
        ("-bufsize", kilobits(settings.bufsize_kbps)),
    )


def _scenecut_params(settings: EncoderSettings) -> dict[str, str]:
    if settings.scenecut:
        return {}
    least = {} if settings.gop_frames is None else {"min-keyint": str(settings.gop_frames)}
    return {"scenecut": "0"} | least


def _params(pairs: dict[str, str]) -> str:
    return ":".join(f"{key}={value}" for key, value in pairs.items())


def frame_colour(encoder: str, colour: Colour) -> Colour:
    """What pictures in `colour` are tagged with when an encoder is given them: x264 has no word for some primaries,
    and x265 refuses them. `encoder_options` has those written into the stream behind it."""
    beyond = encoder in _METADATA and colour.primaries and not PRIMARIES[colour.primaries].in_x264
    return replace(colour, primaries=None) if beyond else colour


_METADATA = {"libx264": "h264_metadata", "libx265": "hevc_metadata"}


def _metadata_filter(encoder: str, colour: Colour) -> list[str]:
    if frame_colour(encoder, colour) == colour:
        return []
    return ["-bsf:v", f"{_METADATA[encoder]}=colour_primaries={number_of(colour.primaries, PRIMARIES)}"]


def _colour_params(colour: Colour, undefined: str) -> dict[str, str]:
    return {
        "colorprim": colour.primaries or undefined,
        "transfer": colour.transfer or undefined,
        "colormatrix": colour.matrix or undefined,
    }


def _x264(settings: EncoderSettings) -> list[str]:
    params = {"open-gop": "0" if settings.closed_gop else "1"} | _scenecut_params(settings)
    params |= _colour_params(settings.colour, "undef")
    params["fullrange"] = "on" if settings.colour.range == "pc" else "off"
    params |= dict(settings.params)
    return [
        *stated(("-preset", settings.speed), ("-profile:v", settings.profile), ("-level:v", settings.level)),
        *_rate_control(settings),
        *stated(("-g", settings.gop_frames), ("-bf", settings.bframes)),
        *("-x264-params", _params(params)),
    ]


def _x265(settings: EncoderSettings) -> list[str]:
    # Without `info`, x265 writes its settings into the header, where they make equal streams look different.
    params = {"log-level": "error", "info": "0", "open-gop": "0" if settings.closed_gop else "1"}
    own = {"keyint": settings.gop_frames, "bframes": settings.bframes, "level-idc": settings.level}
    params |= {name: str(value) for name, value in own.items() if value is not None}
    params |= _scenecut_params(settings)
    # Naming a field, even as unknown, makes x265 write the whole colour description; saying nothing does not.
    if settings.colour.primaries or settings.colour.transfer or settings.colour.matrix:
        params |= _colour_params(settings.colour, "unknown")
    if settings.colour.range is not None:
        params["range"] = "full" if settings.colour.range == "pc" else "limited"
    params |= dict(settings.params)
    return [
        *stated(("-preset", settings.speed), ("-profile:v", settings.profile)),
        *_rate_control(settings),
        *("-x265-params", _params(params)),
    ]


def _svtav1(settings: EncoderSettings) -> list[str]:
    params = {
        "color-primaries": str(number_of(settings.colour.primaries, PRIMARIES)),
        "transfer-characteristics": str(number_of(settings.colour.transfer, TRANSFERS)),
        "matrix-coefficients": str(number_of(settings.colour.matrix, MATRICES)),
        "color-range": "1" if settings.colour.range == "pc" else "0",
    }
    params |= dict(settings.params)
    return [
        *stated(("-preset", settings.speed)),
        *_rate_control(settings),
        *stated(("-g", settings.gop_frames)),
        *("-svtav1-params", _params(params)),
    ]


def _generic(encoder: str, settings: EncoderSettings) -> list[str]:
    options = [
        *stated(("-profile:v", settings.profile), ("-level:v", settings.level)),
        *_rate_control(settings),
        *stated(("-g", settings.gop_frames), ("-bf", settings.bframes)),
    ]
    if encoder == "mpeg2video" and settings.closed_gop:
        # The encoder refuses closed groups unless scene changes can no longer cut them.
        options += ["-flags", "+cgop", "-sc_threshold", "1000000000"]
    return options
