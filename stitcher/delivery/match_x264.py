"""x264 options that make pictures like a stream's own, down to the bytes of its parameter sets where that can be.

x264 writes its settings into the stream; given back to it, with what the sets themselves say, new sets come
out byte-equal. Without settings the sets alone are followed as far as they go. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from stitcher.delivery.encoders import EncoderSettings, encoder_options
from stitcher.delivery.parameter_sets import Avc, read_avc
from stitcher.media.clip import VideoStream, is_large
from stitcher.timebase import format_rate

FALLBACK_CRF = 16
"""Near lossless: what is encoded has been encoded once before."""

_BASELINE, _HIGH_444 = 66, 244
_OFFSET_444 = 6
"""What x264 adds to the chroma offset at 4:4:4 (which profile 244 means, lossless 4:2:0 aside)."""
_MEDIUM_SUBME = "7"
"""The search of x264's own default."""
_STITCHABLE_QUANTISER = 26
"""What x264 writes as first quantiser under mean bitrates and `stitchable`; otherwise it writes the CRF."""


def parse_settings(text: str) -> dict[str, str]:
    """What follows `options:` in an encoder's description of itself, by name; empty when there is none."""
    _, marker, options = text.partition("options:")
    return dict(re.findall(r"([^\s=]+)=(\S+)", options)) if marker else {}


_DIRECT = ("none", "spatial", "temporal", "auto")
_PYRAMID = ("none", "strict", "normal")
_PARTITIONS = ((0x1, "i4x4"), (0x2, "i8x8"), (0x10, "p8x8"), (0x20, "p4x4"), (0x100, "b8x8"))
_PLAIN = (
    "cabac", "me", "subme", "psy", "me_range", "chroma_me", "trellis", "8x8dct", "fast_pskip", "nr",
    "bluray_compat", "stitchable", "constrained_intra", "b_adapt", "b_bias", "weightb", "weightp", "keyint",
    "scenecut", "rc_lookahead", "mbtree", "qcomp", "qpmin", "qpmax", "qpstep", "bframes", "ref",
)  # fmt: skip
_RENAMED = {
    "mixed_ref": "mixed-refs",
    "decimate": "dct-decimate",
    "keyint_min": "min-keyint",
    "ip_ratio": "ipratio",
    "pb_ratio": "pbratio",
}


def _deblock(value: str) -> dict[str, str]:
    on, _, strengths = value.partition(":")
    return {"deblock": strengths.replace(":", ",")} | ({"no-deblock": "1"} if on == "0" else {})


def _partitions(value: str) -> dict[str, str]:
    inter = int(value.split(":")[1], 16)
    return {"partitions": ",".join(name for bit, name in _PARTITIONS if inter & bit) or "none"}


def _adaptive_quantiser(value: str) -> dict[str, str]:
    mode, _, strength = value.partition(":")
    return {"aq-mode": mode} | ({"aq-strength": strength} if strength else {})


_CONVERTED: dict[str, Callable[[str], dict[str, str]]] = {
    "deblock": _deblock,
    "direct": lambda value: {"direct": _DIRECT[int(value)]},
    "b_pyramid": lambda value: {"b-pyramid": _PYRAMID[int(value)]},
    "analyse": _partitions,
    "psy_rd": lambda value: {"psy-rd": value.replace(":", ",")},
    "aq": _adaptive_quantiser,
    "deadzone": lambda value: dict(zip(("deadzone-inter", "deadzone-intra"), value.split(","), strict=True)),
    "cqm": lambda value: {"cqm": "jvt"} if value == "1" else {},
}
"""Settings that x264 reports in other words than it takes."""


def x264_params(settings: dict[str, str]) -> dict[str, str]:
    """x264 parameters that make it report the given settings again, rate control left out.

    x264 reports the chroma offset after it has lowered it for its psychovisual options; that is undone here.
    """
    params = {name.replace("_", "-"): settings[name] for name in _PLAIN if name in settings}
    params |= {ours: settings[theirs] for theirs, ours in _RENAMED.items() if theirs in settings}
    for name, converted in _CONVERTED.items():
        if name in settings:
            params |= converted(settings[name])
    if "chroma_qp_offset" in settings:
        params["chroma-qp-offset"] = str(int(settings["chroma_qp_offset"]) + _psy_offset(settings))
    return params


def _psy_offset(settings: dict[str, str]) -> int:
    if settings.get("psy") != "1" or "psy_rd" not in settings:
        return 0
    rd, trellis = (float(part) for part in settings["psy_rd"].split(":"))
    lowered = 0
    if rd > 0 and int(settings.get("subme", "0")) >= 6:
        lowered += 1 if rd < 0.25 else 2
    if trellis > 0 and settings.get("trellis", "0") != "0":
        lowered += 1 if trellis < 0.25 else 2
    return lowered


def is_lossless_x264(video: VideoStream) -> bool:
    """Whether x264 says that it lost nothing."""
    settings = parse_settings(video.encoder_settings)
    return settings.get("rc") == "cqp" and settings.get("qp") == "0"


def matching_x264_options(video: VideoStream, *, resized: bool = False) -> tuple[str, ...]:
    """Options of `libx264` for pictures like an H.264 stream's own, of another size or rate where `resized`."""
    sets = read_avc(video.parameter_sets)
    settings = parse_settings(video.encoder_settings)
    try:
        params = x264_params(settings)
    except (ValueError, IndexError):
        # A description that is cut off or not x264's own: the sets alone are followed.
        settings, params = {}, {}
    crf: float | None = FALLBACK_CRF
    if settings.get("rc") == "crf" and "crf" in settings:
        crf = float(settings["crf"])
        params |= _buffer(settings)
    elif settings.get("rc") == "cqp" and "qp" in settings:
        crf, params["qp"] = None, settings["qp"]
    else:
        # A mean bitrate makes poor short runs; the quantiser it writes into the set is stitchable's.
        params |= {"stitchable": "1"} | _buffer(settings)
    if sets is not None and sets.profile == _HIGH_444 and "chroma-qp-offset" in params:
        params["chroma-qp-offset"] = str(int(params["chroma-qp-offset"]) - _OFFSET_444)
    if not settings and sets is not None:
        params |= _params_of_sets(sets)
        if sets.picture.initial_quantiser != _STITCHABLE_QUANTISER:
            crf = max(FALLBACK_CRF, min(sets.picture.initial_quantiser, 30))
            params["stitchable"] = "0"
    extra: dict[str, str] = {}
    if sets is not None:
        params |= _usability(sets)
        if sets.tick is not None and video.rate is not None and sets.tick * 2 * video.rate != 1:
            extra["enc_time_base"] = format_rate(sets.tick * 2)
    level = sets.level if sets is not None else video.level
    if level and not resized:
        params["level"] = f"{level // 10}.{level % 10}"
    params["open-gop"] = "0"
    encoding = EncoderSettings(
        video.colour, speed="medium", crf=crf, params=tuple(params.items()), extra=extra
    )
    return encoder_options("libx264", encoding)


FOR_STRETCHES = {
    "subme": "2",
    "psy": "0",
    "mixed-refs": "0",
    "rc-lookahead": "20",
    "zones": "0,1000000,b=1.1",
}
"""A quicker search and a tenth more bits, for stretches that cannot be copied: they were encoded before, and what
counts is how near they come to that. At 720p, CRF 18 medium: a third less time and a quarter less memory, nearer
by 0.2 dB at equal VMAF, for a fifth more bytes (measured with x264 165)."""

FOR_SEAMS = {
    "subme": "1",
    "me": "dia",
    "b-adapt": "0",
    "psy": "0",
    "mixed-refs": "0",
    "partitions": "i8x8,i4x4",
    "weightp": "1",
    "rc-lookahead": "5",
    "sliced-threads": "1",
    "zones": "0,1000000,b=1.3",
}
"""Still quicker, and three tenths more bits; a lookahead and threads that hold few pictures. On seams of 24 frames
at 720p, CRF 18 medium: half the time, and nearer to a lossless blend by 0.5 dB and 1.6 VMAF, for 55 % more bytes
(measured with x264 165)."""

FOR_LARGE = {"rc-lookahead": "3", "sliced-threads": "1", "zones": "0,1000000,b=1.3"}
"""In place of the same words in both, for large pictures, of which each that is looked ahead at takes 30 MB at 2160p.
Against a lossless blend there, seams are nearer than CRF 18 medium by 0.2 dB at equal VMAF; with the search for
stretches, a lookahead of 3 instead of 20 costs 0.3 dB, which the tenths more bits give back (x264 165)."""


def quick_x264_options(
    options: tuple[str, ...], video: VideoStream, search: Mapping[str, str]
) -> tuple[str, ...]:
    """`matching_x264_options`'s options with a quicker `search`: sooner made and nearer, but larger.

    `search` is `FOR_STRETCHES` or `FOR_SEAMS`. None of it shows in the parameter sets. Empty where there is nothing to
    gain.
    """
    sets = read_avc(video.parameter_sets)
    settings = parse_settings(video.encoder_settings)
    slow = settings.get("subme", _MEDIUM_SUBME)
    if sets is None or not slow.isdigit() or int(slow) <= int(search["subme"]):
        return ()
    at = options.index("-x264-params") + 1
    params = dict(pair.split("=", 1) for pair in options[at].split(":"))
    # Without the psychovisual options x264 does not lower the chroma offset: the set's own value is asked for.
    offset = sets.picture.chroma_offset - (_OFFSET_444 if sets.profile == _HIGH_444 else 0)
    params |= dict(search) | {"chroma-qp-offset": str(offset)}
    if is_large(video.width, video.height):
        params |= FOR_LARGE
    if settings.get("rc") not in ("crf", "cqp") and _crf(options) == FALLBACK_CRF:
        # Nearer than a mean bitrate already.
        del params["zones"]
    if not sets.picture.weighted_p:
        params["weightp"] = "0"
    return (*options[:at], ":".join(f"{key}={value}" for key, value in params.items()), *options[at + 1 :])


def _crf(options: tuple[str, ...]) -> float | None:
    return float(options[options.index("-crf") + 1]) if "-crf" in options else None


def _buffer(settings: dict[str, str]) -> dict[str, str]:
    """The source's buffer model, which is part of the set when it is signalled."""
    if settings.get("nal_hrd", "none") == "none":
        return {}
    names = {"vbv_maxrate": "vbv-maxrate", "vbv_bufsize": "vbv-bufsize", "nal_hrd": "nal-hrd"}
    return {ours: settings[theirs] for theirs, ours in names.items() if theirs in settings}


def _usability(sets: Avc) -> dict[str, str]:
    # Square pixels can be written or left unsaid. Others are made square before they are encoded.
    aspect = "0/0" if sets.sample_aspect in (None, (0, 0)) else "1/1"
    params = {"sar": aspect, "force-cfr": "1" if sets.fixed_rate else "0"}
    if sets.chroma_location is not None:
        params["chromaloc"] = str(sets.chroma_location)
    return params


def _params_of_sets(sets: Avc) -> dict[str, str]:
    """As much as the sets tell when the encoder does not describe itself."""
    picture = sets.picture
    params = {
        "cabac": str(int(picture.cabac)),
        "8x8dct": str(int(picture.transform_8x8)),
        "constrained-intra": str(int(picture.constrained_intra)),
        "weightb": str(int(picture.weighted_b == 2)),
        "weightp": "2" if picture.weighted_p else "0",
        "ref": str(picture.default_references),
        # The medium preset's psychovisual options will lower it by two.
        "chroma-qp-offset": str(
            picture.chroma_offset + 2 - (_OFFSET_444 if sets.profile == _HIGH_444 else 0)
        ),
    }
    if sets.references == 0:
        return params | {"keyint": "1"}
    if sets.profile == _BASELINE or sets.reorder == 0:
        return params | {"bframes": "0"}
    # x264 sizes the order count for its longest run of B pictures.
    extra_bits = 0 if sets.order_bits is None else sets.order_bits - (5 if sets.reorder == 1 else 6)
    params["bframes"] = "3" if extra_bits <= 0 else "8" if extra_bits == 1 else "16"
    params["b-pyramid"] = "none" if sets.reorder == 1 else "normal"
    return params
