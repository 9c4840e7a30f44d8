"""Matches an encoder to a source: the options that make pictures like a stream's own. Pure."""

from __future__ import annotations

from fractions import Fraction

from stitcher.delivery.encoders import EncoderSettings, encoder_options
from stitcher.delivery.match_x264 import matching_x264_options
from stitcher.delivery.match_x265 import matching_x265_options
from stitcher.formats.codecs import CODECS, PRORES_TAGS
from stitcher.media.clip import VideoStream

_DNXHR = ("lb", "sq", "hqx", "hq", "444")


def matching_encoder_options(video: VideoStream, *, resized: bool = False) -> tuple[str, tuple[str, ...]]:
    """The encoder's name and, as argv, its options; `resized` for pictures of another size or rate, whose level is
    not the stream's.

    Raises `KeyError` for a codec without an encoder here.
    """
    encoder = CODECS[video.codec].encoder
    match video.codec:
        case "h264":
            return encoder, matching_x264_options(video, resized=resized)
        case "hevc":
            return encoder, matching_x265_options(video, resized=resized)
        case _:
            return encoder, encoder_options(encoder, _settings(video))


def _settings(video: VideoStream) -> EncoderSettings:
    """What is asked of encoders that are not told a stream's own settings."""
    match video.codec:
        case "prores":
            return EncoderSettings(video.colour, profile=_prores_profile(video), extra={"vendor": "apl0"})
        case "dnxhd":
            return _dnx(video)
        case "mjpeg":
            return EncoderSettings(video.colour, extra={"q:v": "2", "huffman": "optimal"})
        case "mpeg2video":
            return _mpeg2(video)
        case "av1":
            return EncoderSettings(video.colour, speed="6", crf=20)
        case "vp9":
            extra = {"b:v": "0", "row-mt": "1", "deadline": "good", "cpu-used": "4"}
            return EncoderSettings(video.colour, crf=20, extra=extra)
        case _:
            return EncoderSettings(video.colour)


def source_tag(video: VideoStream) -> str:
    """The four-character code that pictures like a stream's own go by; empty where any container's own will do.

    Never simply the stream's: containers have codes of their own for the same pictures, and refuse each other's.
    """
    if video.codec == "prores":
        return PRORES_TAGS[_prores_profile(video)]
    return CODECS[video.codec].tag if video.codec in CODECS else ""


def _prores_profile(video: VideoStream) -> str:
    named = (video.profile or "").lower().replace("xq", "4444xq")
    by_tag = (profile for profile, tag in PRORES_TAGS.items() if tag == video.codec_tag)
    return next(by_tag, named if named in PRORES_TAGS else "hq")


def _dnx(video: VideoStream) -> EncoderSettings:
    """DNxHR by its profile; plain DNxHD has fixed bitrates the probe does not know, so it becomes DNxHR."""
    profile = (video.profile or "").lower()
    for name in _DNXHR:
        if profile in (f"dnxhr {name}", f"dnxhr_{name}"):
            return EncoderSettings(video.colour, profile=f"dnxhr_{name}")
    return EncoderSettings(video.colour, profile="dnxhr_hqx" if video.bit_depth > 8 else "dnxhr_hq")


def _mpeg2(video: VideoStream) -> EncoderSettings:
    pixels = video.width * video.height * (video.rate or Fraction(30))
    # A quarter of a bit for each pixel: what 50 Mb/s is at 1080p25.
    kbps = int(pixels / 4000 * (2 if "422" in video.pixel_format else 1))
    return EncoderSettings(
        video.colour, bitrate_kbps=max(kbps, 1000), gop_frames=12, bframes=2 if video.reorder_delay else 0
    )
