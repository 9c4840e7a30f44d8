"""What kind of file an encoded mix is kept in until it is muxed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.delivery.spec import SoundSpec
from stitcher.formats.containers import CONTAINERS


@dataclass(frozen=True, slots=True)
class SoundFile:
    """What file an encoded mix is put in, for the muxer that takes its packets."""

    muxer: str
    demuxer: str
    suffix: str
    priming_samples: int = 0
    """Samples the encoder puts before the first one, at the encoder's rate."""
    options: tuple[tuple[str, str], ...] = ()


NO_EDIT_LIST_PRIMING = {"aac": 1024, "alac": 0}
"""What an encoder puts before the first sample, for those whose delay can be taken off the mix instead."""


def sound_file(spec: SoundSpec, into: str = "mp4") -> SoundFile:
    """The kind of file to encode into, by the encoder and by the container `into` which the packets go later."""
    encoder = spec.encoder
    if encoder in ("aac", "alac"):
        priming = NO_EDIT_LIST_PRIMING[encoder]
        if CONTAINERS[into].demuxer == "matroska":
            # Matroska wants the encoder's delay as a number, which an MP4 does not hand on to it.
            return SoundFile("matroska", "matroska", ".mka", priming)
        return SoundFile("mp4", "mov", ".m4a", priming, (("movie_timescale", str(spec.sample_rate)),))
    if spec.mono_tracks and spec.channels > 1:
        if encoder.startswith("pcm_"):
            return SoundFile("mov", "mov", ".mov")
        return SoundFile("matroska", "matroska", ".mka")
    if encoder.startswith("pcm_"):
        if encoder.endswith(("le", "u8")):
            return SoundFile("wav", "wav", ".wav", 0, (("rf64", "auto"),))
        return SoundFile("mov", "mov", ".mov")
    if encoder in ("libopus", "opus", "libvorbis", "vorbis"):
        return SoundFile("ogg", "ogg", ".ogg")
    if encoder == "flac":
        return SoundFile("flac", "flac", ".flac")
    return SoundFile("matroska", "matroska", ".mka")
