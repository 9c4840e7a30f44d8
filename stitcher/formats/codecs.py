"""Codecs: FFmpeg's names of them, of the encoders that make them, and what can be done with their packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stitcher.formats.containers import ContainerName

CodecName = Literal["h264", "hevc", "av1", "vp9", "prores", "dnxhd", "mpeg2video", "mjpeg", "ffv1"]
SoundCodecName = Literal["aac", "opus", "pcm_s16le", "pcm_s24le"]


@dataclass(frozen=True, slots=True)
class Codec:
    """How pictures of a codec are made here."""

    encoder: str
    """FFmpeg's encoder, used when nobody names another."""
    segments: ContainerName
    """What encoded segments, and films that a deliverable is made of, are kept in."""
    film: ContainerName | None
    """What a film like such sources is, named after nothing else; `None` where none is made."""
    copied: bool = False
    """Whether runs of packets can be cut and stand beside encoded ones."""
    intra: bool = False
    """Whether every picture stands alone."""
    tag: str = ""
    """Its four-character code, where a container's own is not the one that players know."""
    hardware: tuple[str, ...] = ()
    """Families whose encoders make it; each is called by the codec and the family, as `hevc_nvenc`."""


CODECS: dict[str, Codec] = {
    "h264": Codec("libx264", "mp4", "mp4", copied=True, hardware=("nvenc", "qsv", "vaapi", "videotoolbox")),
    "hevc": Codec(
        "libx265", "mp4", "mp4", copied=True, tag="hvc1", hardware=("nvenc", "qsv", "vaapi", "videotoolbox")
    ),
    "av1": Codec("libsvtav1", "mp4", "mp4", hardware=("nvenc", "qsv", "vaapi")),
    "vp9": Codec("libvpx-vp9", "mkv", "webm"),
    "prores": Codec("prores_ks", "mov", "mov", copied=True, intra=True),
    "dnxhd": Codec("dnxhd", "mov", "mov", copied=True, intra=True),
    "mpeg2video": Codec("mpeg2video", "mov", "mov", copied=True),
    "mjpeg": Codec("mjpeg", "mov", "mov", copied=True, intra=True),
    "ffv1": Codec("ffv1", "mkv", None, intra=True),
}

FILM_CONTAINERS: dict[str, ContainerName] = {name: codec.film for name, codec in CODECS.items() if codec.film}

PRORES_TAGS = {
    "proxy": "apco", "lt": "apcs", "standard": "apcn", "hq": "apch", "4444": "ap4h", "4444xq": "ap4x",
}  # fmt: skip
"""Four-character codes by profile, as `prores_ks` calls it."""

NAL_CODECS = frozenset({"h264", "hevc"})
"""Codecs of NAL units: parameter sets in a header, IDR pictures, packets that say whether others refer to them."""

SOUND_ENCODERS = {"aac": "aac", "opus": "libopus", "pcm_s16le": "pcm_s16le", "pcm_s24le": "pcm_s24le"}
"""FFmpeg's encoders of the codecs that presets name."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """What FFmpeg's decoder of a codec can be counted on for, where its packets are read."""

    clean_keys: bool = False
    """Whether nothing from a key frame on refers to what is before it."""
    right_from_keys: bool = False
    """Whether all that is shown from a key frame on comes out right, though pictures shown before it do not."""
    intra: bool = False
    """Whether every picture stands alone, which FFmpeg does not say of it."""
    resizes: bool = False
    """Whether pictures may have another size than those before without the probe's noticing it; for the others it does
    (`VideoStream.set_changes`)."""
    loses_at_changes: bool = False
    """Whether a picture is lost where the size changes."""
    stuffed: bool = False
    """Whether pictures may end in zeros, as at a constant bitrate; `err_detect=bitstream` takes those for damage."""
    alpha_decoder: str = ""
    """Decodes the alpha channel that Matroska lays beside the pictures, which FFmpeg's own decoder passes over."""


_MPEG = Decoding(right_from_keys=True, resizes=True, loses_at_changes=True, stuffed=True)
_H263 = Decoding(right_from_keys=True, resizes=True)
_MICROSOFT = Decoding(right_from_keys=True)
_DECODING = {
    "vp8": Decoding(clean_keys=True, resizes=True, alpha_decoder="libvpx"),
    "vp9": Decoding(clean_keys=True, resizes=True, alpha_decoder="libvpx-vp9"),
    "av1": Decoding(clean_keys=True, resizes=True),
    "theora": Decoding(clean_keys=True, resizes=True),
    "ffv1": Decoding(clean_keys=True),
    "cfhd": Decoding(intra=True),
    "png": Decoding(intra=True),
    **dict.fromkeys(("mpeg1video", "mpeg2video"), _MPEG),
    **dict.fromkeys(("mpeg4", "h263", "flv1"), _H263),
    **dict.fromkeys(("msmpeg4v3", "wmv1", "wmv2"), _MICROSOFT),
}


def decoding(codec: str) -> Decoding:
    """What can be counted on where pictures of a codec are read."""
    return _DECODING.get(codec, Decoding())
