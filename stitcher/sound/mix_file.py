"""The file that an encoded mix is kept in until it is muxed: its container and its encoder delay (priming). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stitcher.delivery.spec import SoundSpec
from stitcher.formats.containers import CONTAINERS


@dataclass(frozen=True, slots=True)
class Destination:
    """The container (of `delivery.spec.Container`) that will take the packets of a mix."""

    container: str = "mp4"
    edit_list: bool = True
    """Whether it can hide what the encoder puts before the first sample. If not, as many samples are taken off the
    mix's head, so that everything after them is heard on time."""


MP4 = Destination()


@dataclass(frozen=True, slots=True)
class SoundFile:
    """What file an encoded mix is put in, for the muxer that takes its packets."""

    muxer: str
    demuxer: str
    suffix: str
    priming_samples: int = 0
    """Samples the encoder puts before the first one, at the encoder's rate, and an edit list hides."""
    options: tuple[tuple[str, str], ...] = ()
    dropped_samples: int = 0
    """Samples taken off the mix's head where there is no edit list."""


NO_EDIT_LIST_PRIMING = {"aac": 1024, "alac": 0}
"""What an encoder puts before the first sample, for those whose delay can be taken off the mix instead."""


def sound_file(spec: SoundSpec, into: Destination = MP4) -> SoundFile:
    """The kind of file to encode into, by the encoder and by the container `into` which the packets go later."""
    file = _file(spec, into.container)
    if into.edit_list:
        return file
    return replace(file, priming_samples=0, dropped_samples=file.priming_samples)


def _file(spec: SoundSpec, container: str) -> SoundFile:
    encoder = spec.encoder
    if encoder in ("aac", "alac"):
        priming = NO_EDIT_LIST_PRIMING[encoder]
        if CONTAINERS[container].demuxer == "matroska":
            # Matroska wants the encoder's delay as a number, which an MP4 does not hand on to it.
            return SoundFile("matroska", "matroska", ".mka", priming)
        timescale = (("movie_timescale", str(spec.sample_rate)),)
        return SoundFile("mp4", "mov", ".m4a", priming_samples=priming, options=timescale)
    if spec.mono_tracks and spec.channels > 1:
        if encoder.startswith("pcm_"):
            return SoundFile("mov", "mov", ".mov")
        return SoundFile("matroska", "matroska", ".mka")
    if encoder.startswith("pcm_"):
        if encoder.endswith(("le", "u8")):
            return SoundFile("wav", "wav", ".wav", options=(("rf64", "auto"),))
        return SoundFile("mov", "mov", ".mov")
    if encoder in ("libopus", "opus", "libvorbis", "vorbis"):
        return SoundFile("ogg", "ogg", ".ogg")
    if encoder == "flac":
        return SoundFile("flac", "flac", ".flac")
    return SoundFile("matroska", "matroska", ".mka")
