"""The format most of a film's frames already have, and the encoder options that make more of the same.

A copied run and an encoded run can stand in one file when their parameter sets agree. x264 and x265 write
their settings into the stream; given back to them together with what the sets themselves say, the new sets
come out byte-equal. Pure: works on what the probe found.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from stitcher.delivery.encoders import BT709, SOFTWARE, Ask, encoder_options
from stitcher.media.clip import Clip, Colour, VideoStream
from stitcher.render.spec import Container, PictureSpec
from stitcher.timeline.model import Timeline

COPYABLE = frozenset({"h264", "hevc", "prores", "dnxhd", "mjpeg", "mpeg2video"})
"""Codecs whose runs can be cut and stand beside encoded ones."""

_CONTAINERS: dict[str, Container] = {
    "h264": "mp4",
    "hevc": "mp4",
    "av1": "mp4",
    "vp9": "webm",
    "prores": "mov",
    "dnxhd": "mov",
    "mjpeg": "mov",
    "mpeg2video": "mov",
}

FALLBACK_CRF = 16
"""Near lossless: what is encoded has been encoded once before."""


@dataclass(frozen=True, slots=True)
class Match:
    """The sources' own format, as a way to encode."""

    picture: PictureSpec
    container: Container
    notes: tuple[str, ...] = ()
    like: Clip | None = None
    """The clip whose parameter sets the options aim at."""


def match_sources(timeline: Timeline) -> Match:
    """The format of the majority of the film's source frames, at the film's size and rate.

    Sources are copied only if that format has the film's size and rate and a codec that can be cut.
    """
    like = _majority(timeline)
    if like is None:
        options = encoder_options("libx264", Ask(BT709, profile="high", speed="medium", crf=FALLBACK_CRF))
        picture = PictureSpec(
            codec="h264",
            encoder="libx264",
            options=options,
            pixel_format="yuv420p",
            width=timeline.width,
            height=timeline.height,
            rate=timeline.rate,
            colour=BT709,
        )
        return Match(picture, "mp4")
    video = like.video
    if video.codec not in _CONTAINERS:
        note = f"The sources are {video.codec}, which stitcher does not encode; the film is H.264."
        picture = _as_h264(timeline, video)
        return Match(picture, "mp4", (note,), like)
    same = (video.width, video.height, video.rate) == (timeline.width, timeline.height, timeline.rate)
    copyable = same and video.codec in COPYABLE and video.sample_aspect == 1 and video.rotation == 0
    encoder, options = source_options(video)
    tag = (
        video.codec_tag if video.codec not in ("h264", "hevc") else ("hvc1" if video.codec == "hevc" else "")
    )
    picture = PictureSpec(
        codec=video.codec,
        encoder=encoder,
        options=options,
        pixel_format=video.pixel_format,
        width=timeline.width,
        height=timeline.height,
        rate=timeline.rate,
        colour=video.colour,
        copy_sources=copyable,
        codec_tag=tag,
    )
    return Match(picture, _CONTAINERS[video.codec], (), like)


def _majority(timeline: Timeline) -> Clip | None:
    """A clip of the format that most frames have; among those, of the parameter sets that most have."""
    formats: Counter[object] = Counter()
    sets: Counter[object] = Counter()
    first: dict[object, Clip] = {}
    for item in timeline.items:
        clip = item.source
        if not isinstance(clip, Clip):
            continue
        kind, encoder = _format(clip.video), (clip.video.parameter_sets, clip.video.encoder_settings)
        formats[kind] += len(item.source_range)
        sets[kind, encoder] += len(item.source_range)
        first.setdefault((kind, encoder), clip)
    if not formats:
        return None
    # Counter keeps insertion order among equals, so the earlier clip wins a tie.
    best = max(formats, key=lambda kind: formats[kind])
    return first[max((key for key in first if key[0] == best), key=lambda key: sets[key])]  # type: ignore[index]  # keys are pairs


def _format(video: VideoStream) -> tuple[object, ...]:
    return (
        video.codec,
        video.profile,
        video.pixel_format,
        video.width,
        video.height,
        video.rate,
        video.colour,
        video.field_order,
    )


def _as_h264(timeline: Timeline, video: VideoStream) -> PictureSpec:
    colour = video.colour if not video.colour.untagged else BT709
    options = encoder_options("libx264", Ask(colour, profile="high", speed="medium", crf=FALLBACK_CRF))
    return PictureSpec(
        codec="h264",
        encoder="libx264",
        options=options,
        pixel_format="yuv420p",
        width=timeline.width,
        height=timeline.height,
        rate=timeline.rate,
        colour=colour,
    )


def source_options(video: VideoStream) -> tuple[str, tuple[str, ...]]:
    """The encoder and its options that make pictures like a stream's own."""
    encoder = SOFTWARE[video.codec]
    if video.codec == "h264":
        return encoder, _like_x264(video)
    return encoder, encoder_options(encoder, Ask(video.colour))


def parse_x264_settings(text: str) -> dict[str, str]:
    """What follows `options:` in x264's or x265's own description, by name; empty when there is none."""
    _, found, options = text.partition("options:")
    if not found:
        return {}
    return dict(re.findall(r"(\S+?)=(\S+)", options))


_DIRECT = ("none", "spatial", "temporal", "auto")
_PYRAMID = ("none", "strict", "normal")
_PARTITIONS = ((0x1, "i4x4"), (0x2, "i8x8"), (0x10, "p8x8"), (0x20, "p4x4"), (0x100, "b8x8"))
_PLAIN = tuple(
    re.findall(
        r"\S+",
        """cabac me subme psy mixed_ref me_range chroma_me trellis 8x8dct fast_pskip nr decimate bluray_compat
        constrained_intra b_adapt b_bias weightb weightp keyint scenecut rc_lookahead mbtree qcomp qpmin qpmax
        qpstep bframes ref stitchable""",
    )
)
_RENAMED = {"keyint_min": "min-keyint", "ip_ratio": "ipratio", "pb_ratio": "pbratio"}


def x264_params(settings: dict[str, str]) -> dict[str, str]:
    """x264 parameters that make it report the given settings again.

    x264 reports the chroma offset after it has lowered it for its psychovisual options; that is undone here.
    """
    params = {name.replace("_", "-"): settings[name] for name in _PLAIN if name in settings}
    params |= {ours: settings[theirs] for theirs, ours in _RENAMED.items() if theirs in settings}
    if "deblock" in settings:
        on, _, strengths = settings["deblock"].partition(":")
        params["deblock"] = strengths.replace(":", ",")
        if on == "0":
            params["no-deblock"] = "1"
    if "direct" in settings:
        params["direct"] = _DIRECT[int(settings["direct"])]
    if "b_pyramid" in settings:
        params["b-pyramid"] = _PYRAMID[int(settings["b_pyramid"])]
    if "analyse" in settings:
        inter = int(settings["analyse"].split(":")[1], 16)
        names = [name for bit, name in _PARTITIONS if inter & bit]
        params["partitions"] = ",".join(names) if names else "none"
    if "psy_rd" in settings:
        params["psy-rd"] = settings["psy_rd"].replace(":", ",")
    if "aq" in settings:
        mode, _, strength = settings["aq"].partition(":")
        params["aq-mode"] = mode
        if strength:
            params["aq-strength"] = strength
    if "deadzone" in settings:
        params["deadzone-inter"], params["deadzone-intra"] = settings["deadzone"].split(",")
    if settings.get("cqm") == "1":
        params["cqm"] = "jvt"
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


def _like_x264(video: VideoStream) -> tuple[str, ...]:
    settings = parse_x264_settings(video.encoder_settings)
    params = x264_params(settings)
    crf: float | None = FALLBACK_CRF
    if settings.get("rc") == "crf":
        crf = float(settings["crf"])
    elif settings.get("rc") == "cqp":
        crf = None
        params["qp"] = settings["qp"]
    else:
        # Constant and mean bitrates write quantiser 26 into the set, as stitchable does for any rate control.
        params["stitchable"] = "1"
    if video.level:
        params["level"] = f"{video.level // 10}.{video.level % 10}"
    params["open-gop"] = "0"
    return encoder_options(
        "libx264", Ask(_bitstream_colour(video.colour), speed="medium", crf=crf, params=tuple(params.items()))
    )


def _bitstream_colour(colour: Colour) -> Colour:
    return colour
