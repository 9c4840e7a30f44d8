"""Matches the majority of sources (master-copy): the format most frames have, and options that make more of the same.

A copied run and an encoded run can stand in one file when their parameter sets agree. x264 and x265 write
their settings into the stream; given back to them together with what the sets themselves say, the new sets
come out byte-equal. Pure: works on what the probe found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from stitcher.delivery.encoders import BT709, CHROMA_PLACED, EncoderSettings, encoder_options
from stitcher.delivery.match_encoder import matching_encoder_options, source_tag
from stitcher.delivery.match_x264 import (
    FALLBACK_CRF,
    FOR_SEAMS,
    FOR_STRETCHES,
    is_lossless_x264,
    quick_x264_options,
)
from stitcher.delivery.match_x265 import quick_x265_options
from stitcher.delivery.spec import PictureSpec, same_matrix, yuv_colour
from stitcher.formats.codecs import CODECS, FILM_CONTAINERS
from stitcher.formats.containers import ContainerName
from stitcher.media.clip import Clip, Colour, VideoStream
from stitcher.media.decoder_config import decoder_sets
from stitcher.media.pixel_format import pixel_format
from stitcher.timeline.model import Item, Timeline

_NAMES = {"h264": "H.264", "hevc": "HEVC"}


@dataclass(frozen=True, slots=True)
class Match:
    """The sources' own format, as a way to encode."""

    picture: PictureSpec
    container: ContainerName
    notes: tuple[str, ...] = ()
    like: Clip | None = None
    """The clip whose parameter sets the options aim at."""


def match_sources(timeline: Timeline) -> Match:
    """The format of the majority of the film's source frames, at the film's size and rate.

    Sources are copied only if that format has the film's size and rate and a codec that can be cut.
    """
    like = _majority(timeline)
    if like is None:
        why = "no clip has a format for the film (titles have none, and lossless 4:4:4 is not kept)"
        return Match(_plain(timeline, BT709, why), "mp4")
    video = like.video
    kept_not = _not_kept(video)
    if kept_not is not None:
        picture = _plain(timeline, _plain_colour(video), f"most clips are {kept_not}")
        note = f"The sources are {kept_not}; the film is {_NAMES[picture.codec]}."
        return Match(picture, "mp4", notes=(note,), like=like)
    fits = _fits(video, timeline)
    why_no_copies = _why_no_copies(video, fits=fits)
    copyable = not why_no_copies
    encoder, options = matching_encoder_options(video, resized=not fits)
    seam_options: tuple[str, ...] = ()
    if copyable and encoder == "libx264":
        seam_options = quick_x264_options(options, video, FOR_SEAMS)
        options = quick_x264_options(options, video, FOR_STRETCHES) or options
    elif copyable and encoder == "libx265":
        seam_options = quick_x265_options(video)
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
        codec_tag=source_tag(video),
        seam_options=seam_options,
        matrix=_matrix(timeline, like) if copyable and video.colour.untagged else None,
        why_no_copies=why_no_copies,
    )
    return Match(picture, FILM_CONTAINERS[video.codec], like=like)


def _why_no_copies(video: VideoStream, *, fits: bool) -> str:
    """Why no packets like these can stand in the film; empty where they can."""
    if not fits:
        return "no clip is stored at the film's size and rate"
    if not CODECS[video.codec].copied:
        return f"{video.codec} is only ever encoded as a whole"
    if video.codec == "dnxhd" and "dnxhr" not in (video.profile or "").lower():
        # Its bitrate is fixed for each profile, and the stream does not name it.
        return "DNxHD cannot be continued, and the film is DNxHR"
    return ""


def _matrix(timeline: Timeline, like: Clip) -> str | None:
    """The matrix that most frames of the film's format are in, of those whose clips do not say; `None` for BT.709.

    Takes of one generator have one, and a film in it can copy them; in another all of them would be encoded.
    """
    votes: Counter[str] = Counter()
    for item, clip in _voters(timeline):
        if _format(clip.video) == _format(like.video):
            votes[same_matrix(item.matrix)] += len(item.source_range)
    most = max(votes, key=lambda name: votes[name], default="bt709")
    return None if most == "bt709" else most


def _majority(timeline: Timeline) -> Clip | None:
    """A clip of the format that most frames have; among those, of the parameter sets that most have."""
    formats: Counter[object] = Counter()
    sets: Counter[tuple[object, object]] = Counter()
    first: dict[tuple[object, object], Clip] = {}
    for item, clip in _voters(timeline):
        own = decoder_sets(clip.video.codec, clip.video.parameter_sets)
        kind, encoder = _format(clip.video), (own, clip.video.encoder_settings)
        formats[kind] += len(item.source_range)
        sets[kind, encoder] += len(item.source_range)
        first.setdefault((kind, encoder), clip)
    if not formats:
        return None
    # Counter keeps insertion order among equals, so the earlier clip wins a tie.
    best = max(formats, key=lambda kind: formats[kind])
    return first[max((key for key in first if key[0] == best), key=lambda key: sets[key])]


def _voters(timeline: Timeline) -> list[tuple[Item, Clip]]:
    """The items that may set the film's format: those shown at its size and rate as they are, if there are any.

    H.264 and HEVC in 4:4:4 have no say beside others, because few players take them, and none where they are lossless:
    that is what drawn pictures are kept in.
    """
    clips = [(item, item.source) for item in timeline.items if isinstance(item.source, Clip)]
    full = [(item, clip) for item, clip in clips if _is_full_chroma(clip.video)]
    others = [pair for pair in clips if pair not in full]
    clips = others or [(item, clip) for item, clip in full if not is_lossless_x264(clip.video)]
    fitting = [(item, clip) for item, clip in clips if _fits(clip.video, timeline)]
    return fitting or clips


def _is_full_chroma(video: VideoStream) -> bool:
    return video.codec in ("h264", "hevc") and pixel_format(video.pixel_format).chroma == "4:4:4"


def _fits(video: VideoStream, timeline: Timeline) -> bool:
    """Whether the pictures are shown at the film's size and rate as they are stored."""
    same = (video.width, video.height, video.rate) == (timeline.width, timeline.height, timeline.rate)
    return same and video.is_square and video.rotation == 0


def _format(video: VideoStream) -> tuple[object, ...]:
    size = (video.width, video.height)
    return (video.codec, video.profile, video.pixel_format, size, video.rate, video.colour, video.field_order)


def _not_kept(video: VideoStream) -> str | None:
    """What the pictures are, and why a film cannot be in that; `None` when it can."""
    if video.codec not in FILM_CONTAINERS:
        return f"{video.codec}, which stitcher does not encode"
    if pixel_format(video.pixel_format).is_rgb:
        return f"{video.codec} in RGB, which few players show"
    return None


def _plain_colour(video: VideoStream) -> Colour:
    """The colour of a film that cannot be in its sources' format: theirs, as YUV in limited range."""
    if pixel_format(video.pixel_format).is_rgb:
        return yuv_colour(video.colour) if video.colour.is_hdr else BT709
    return BT709 if video.colour.untagged else video.colour


def _plain(timeline: Timeline, colour: Colour, why_no_copies: str) -> PictureSpec:
    """What every player takes: H.264 of 8 bits, and for HDR, of which 8 bits show steps, HEVC of 10."""
    if colour.is_hdr:
        codec, encoder, name = "hevc", "libx265", "yuv420p10le"
        settings = EncoderSettings(
            colour, profile="main10", speed="medium", crf=FALLBACK_CRF, params=CHROMA_PLACED
        )
    else:
        codec, encoder, name = "h264", "libx264", "yuv420p"
        settings = EncoderSettings(colour, profile="high", speed="medium", crf=FALLBACK_CRF)
    return PictureSpec(
        codec=codec,
        encoder=encoder,
        options=encoder_options(encoder, settings),
        pixel_format=name,
        width=timeline.width,
        height=timeline.height,
        rate=timeline.rate,
        colour=colour,
        why_no_copies=why_no_copies,
        codec_tag=CODECS[codec].tag,
    )
