"""Encoder options: what a preset asks, in the words of one FFmpeg encoder. Pure.

Colour goes into the bitstream by each encoder's own parameters, never by FFmpeg's `-color_primaries` family:
since 8.0 those make it convert pictures that carry no tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stitcher.media.clip import Colour
from stitcher.media.code_points import MATRICES, PRIMARIES, TRANSFERS, UNSPECIFIED

SOFTWARE = {
    "h264": "libx264",
    "hevc": "libx265",
    "av1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "prores": "prores_ks",
    "dnxhd": "dnxhd",
    "mpeg2video": "mpeg2video",
    "mjpeg": "mjpeg",
    "ffv1": "ffv1",
}
"""The encoder used for a codec when nobody names another."""

INTRA_CODECS = frozenset({"prores", "dnxhd", "mjpeg", "ffv1"})

BT709 = Colour("tv", "bt709", "bt709", "bt709")
BT2020_PQ = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
BT2020_HLG = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")
COLOURS = {"bt709": BT709, "bt2020-pq": BT2020_PQ, "bt2020-hlg": BT2020_HLG}
CHROMA_PLACED = (("chromaloc", "0"),)
"""x265 writes the place of the chroma samples only where the frames tell it, and some filters forget it: said here, all
segments of a film in 4:2:0 have the same header."""


@dataclass(frozen=True, slots=True)
class Ask:
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


def encoder_options(encoder: str, ask: Ask) -> tuple[str, ...]:
    """Output options, as argv, that make `encoder` do what is asked."""
    if encoder == "libx264":
        options = _x264(ask)
    elif encoder == "libx265":
        options = _x265(ask)
    elif encoder == "libsvtav1":
        options = _svtav1(ask)
    else:
        options = _generic(encoder, ask)
    for key, value in ask.extra.items():
        options += [f"-{key}", value]
    return tuple(options)


def _rate_control(ask: Ask) -> list[str]:
    options: list[str] = []
    if ask.crf is not None:
        options += ["-crf", number(ask.crf)]
    elif ask.bitrate_kbps is not None:
        options += ["-b:v", f"{ask.bitrate_kbps}k"]
    if ask.maxrate_kbps is not None:
        options += ["-maxrate", f"{ask.maxrate_kbps}k"]
    if ask.bufsize_kbps is not None:
        options += ["-bufsize", f"{ask.bufsize_kbps}k"]
    return options


def _params(pairs: dict[str, str]) -> str:
    return ":".join(f"{key}={value}" for key, value in pairs.items())


def _colour_params(colour: Colour, undefined: str) -> dict[str, str]:
    return {
        "colorprim": colour.primaries or undefined,
        "transfer": colour.transfer or undefined,
        "colormatrix": colour.matrix or undefined,
    }


def _x264(ask: Ask) -> list[str]:
    options: list[str] = []
    if ask.speed is not None:
        options += ["-preset", ask.speed]
    if ask.profile is not None:
        options += ["-profile:v", ask.profile]
    if ask.level is not None:
        options += ["-level:v", ask.level]
    options += _rate_control(ask)
    if ask.gop_frames is not None:
        options += ["-g", str(ask.gop_frames)]
    if ask.bframes is not None:
        options += ["-bf", str(ask.bframes)]
    params = {"open-gop": "0" if ask.closed_gop else "1"}
    if not ask.scenecut:
        params["scenecut"] = "0"
        if ask.gop_frames is not None:
            params["min-keyint"] = str(ask.gop_frames)
    params |= _colour_params(ask.colour, "undef")
    params["fullrange"] = "on" if ask.colour.range == "pc" else "off"
    params |= dict(ask.params)
    return [*options, "-x264-params", _params(params)]


def _x265(ask: Ask) -> list[str]:
    options: list[str] = []
    if ask.speed is not None:
        options += ["-preset", ask.speed]
    if ask.profile is not None:
        options += ["-profile:v", ask.profile]
    options += _rate_control(ask)
    # Without `info`, x265 writes its settings into the header, where they make equal streams look different.
    params = {"log-level": "error", "info": "0", "open-gop": "0" if ask.closed_gop else "1"}
    if ask.gop_frames is not None:
        params["keyint"] = str(ask.gop_frames)
    if ask.bframes is not None:
        params["bframes"] = str(ask.bframes)
    if ask.level is not None:
        params["level-idc"] = ask.level
    if not ask.scenecut:
        params["scenecut"] = "0"
        if ask.gop_frames is not None:
            params["min-keyint"] = str(ask.gop_frames)
    # Naming a field, even as unknown, makes x265 write the whole colour description; saying nothing does not.
    if ask.colour.primaries or ask.colour.transfer or ask.colour.matrix:
        params |= _colour_params(ask.colour, "unknown")
    if ask.colour.range is not None:
        params["range"] = "full" if ask.colour.range == "pc" else "limited"
    params |= dict(ask.params)
    return [*options, "-x265-params", _params(params)]


def _svtav1(ask: Ask) -> list[str]:
    options: list[str] = []
    if ask.speed is not None:
        options += ["-preset", ask.speed]
    options += _rate_control(ask)
    if ask.gop_frames is not None:
        options += ["-g", str(ask.gop_frames)]
    params = {
        "color-primaries": str(PRIMARIES.get(ask.colour.primaries or "", UNSPECIFIED)),
        "transfer-characteristics": str(TRANSFERS.get(ask.colour.transfer or "", UNSPECIFIED)),
        "matrix-coefficients": str(MATRICES.get(ask.colour.matrix or "", UNSPECIFIED)),
        "color-range": "1" if ask.colour.range == "pc" else "0",
    }
    params |= dict(ask.params)
    return [*options, "-svtav1-params", _params(params)]


_PRORES_PROFILES = {"proxy": "0", "lt": "1", "standard": "2", "hq": "3", "4444": "4", "4444xq": "5"}


def _generic(encoder: str, ask: Ask) -> list[str]:
    options: list[str] = []
    if ask.profile is not None:
        value = _PRORES_PROFILES[ask.profile] if encoder == "prores_ks" else ask.profile
        options += ["-profile:v", value]
    if ask.level is not None:
        options += ["-level:v", ask.level]
    options += _rate_control(ask)
    if ask.gop_frames is not None:
        options += ["-g", str(ask.gop_frames)]
    if ask.bframes is not None:
        options += ["-bf", str(ask.bframes)]
    if encoder == "mpeg2video" and ask.closed_gop:
        # The encoder refuses closed groups unless scene changes can no longer cut them.
        options += ["-flags", "+cgop", "-sc_threshold", "1000000000"]
    return options
