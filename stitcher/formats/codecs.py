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
    hardware: tuple[str, ...] = ()
    """Families whose encoders make it; each is called by the codec and the family, as `hevc_nvenc`."""


CODECS: dict[str, Codec] = {
    "h264": Codec("libx264", "mp4", "mp4", copied=True, hardware=("nvenc", "qsv", "vaapi", "videotoolbox")),
    "hevc": Codec("libx265", "mp4", "mp4", copied=True, hardware=("nvenc", "qsv", "vaapi", "videotoolbox")),
    "av1": Codec("libsvtav1", "mp4", "mp4", hardware=("nvenc", "qsv", "vaapi")),
    "vp9": Codec("libvpx-vp9", "mkv", "webm"),
    "prores": Codec("prores_ks", "mov", "mov", copied=True, intra=True),
    "dnxhd": Codec("dnxhd", "mov", "mov", copied=True, intra=True),
    "mpeg2video": Codec("mpeg2video", "mov", "mov", copied=True),
    "mjpeg": Codec("mjpeg", "mov", "mov", copied=True, intra=True),
    "ffv1": Codec("ffv1", "mkv", None, intra=True),
}

FILM_CONTAINERS: dict[str, ContainerName] = {name: codec.film for name, codec in CODECS.items() if codec.film}

NAL_CODECS = frozenset({"h264", "hevc"})
"""Codecs of NAL units: parameter sets in a header, IDR pictures, packets that say whether others refer to them."""

SOUND_ENCODERS = {"aac": "aac", "opus": "libopus", "pcm_s16le": "pcm_s16le", "pcm_s24le": "pcm_s24le"}
"""FFmpeg's encoders of the codecs that presets name."""
