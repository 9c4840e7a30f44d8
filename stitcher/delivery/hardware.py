"""Hardware encoders: which one a family has for a codec, in what words, and whether it works here.

A name in ffmpeg's list says that it was built in, not that the machine has the device, so a family is tried on
a few frames before a film is trusted to it.
"""

from __future__ import annotations

import functools
import logging
import tempfile
from pathlib import Path

from stitcher.delivery.encoders import EncoderSettings, kilobits, number, stated
from stitcher.errors import FfmpegFailed, PresetError
from stitcher.formats.codecs import CODECS
from stitcher.storyboard.suggest import meant_or_known

_log = logging.getLogger(__name__)

FAMILIES = ("nvenc", "qsv", "vaapi", "videotoolbox")
_TEN_BIT = {"nvenc": "p010le", "qsv": "p010le", "vaapi": "p010le", "videotoolbox": "p010le"}
_EIGHT_BIT = {"nvenc": "yuv420p", "qsv": "nv12", "vaapi": "nv12", "videotoolbox": "yuv420p"}


def hardware_encoder(family: str, codec: str) -> str | None:
    """FFmpeg's encoder of a family for a codec, `None` if the family has none.

    Raises `PresetError` for an unknown family.
    """
    if family not in FAMILIES:
        raise PresetError(f"There is no encoder family {family!r}{meant_or_known(family, FAMILIES)}")
    return f"{codec}_{family}" if codec in CODECS and family in CODECS[codec].hardware else None


def family_of(encoder: str) -> str | None:
    """`nvenc` of `hevc_nvenc`; `None` for a software encoder."""
    family = encoder.rpartition("_")[2]
    return family if family in FAMILIES else None


def device_options(encoder: str) -> tuple[str, ...]:
    """Global options for an encoder that takes frames of the device only; empty for all others.

    Where there are any, frames have to go through the filter `hwupload` first, and have no pixel format of ours.
    """
    if family_of(encoder) != "vaapi":
        return ()
    return ("-init_hw_device", "vaapi=device", "-filter_hw_device", "device")


def hardware_pixel_format(family: str, pixel_format: str) -> str | None:
    """What the frames handed to the encoder must be; `None` where the family cannot take that sampling."""
    if pixel_format in ("yuv420p", "nv12"):
        return _EIGHT_BIT[family]
    if pixel_format in ("yuv420p10le", "p010le"):
        return _TEN_BIT[family]
    return None


def hardware_options(encoder: str, settings: EncoderSettings) -> tuple[str, ...]:
    """Output options, as argv, that make a hardware encoder do what is asked, as near as it can.

    A CRF becomes the family's own constant quality, which is of the same scale.
    """
    family = family_of(encoder)
    level = settings.level if encoder.startswith("h264") else None
    options = [
        *stated(("-profile:v", settings.profile), ("-level:v", level)),
        *_quality(family or "", settings),
        *stated(
            ("-maxrate", kilobits(settings.maxrate_kbps)),
            ("-bufsize", kilobits(settings.bufsize_kbps)),
            ("-g", settings.gop_frames),
            ("-bf", settings.bframes),
        ),
    ]
    if family == "nvenc" and settings.gop_frames is not None:
        options += ["-strict_gop", "1", "-no-scenecut", "0" if settings.scenecut else "1", "-forced-idr", "1"]
    return tuple(options)


def _quality(family: str, settings: EncoderSettings) -> list[str]:
    if settings.crf is None:
        return stated(("-b:v", kilobits(settings.bitrate_kbps)))
    value = number(round(settings.crf))
    match family:
        case "nvenc":
            return ["-preset", "p5", "-rc", "vbr", "-cq", value, "-b:v", "0"]
        case "qsv":
            return ["-global_quality", value]
        case "vaapi":
            return ["-rc_mode", "CQP", "-qp", value]
        case _:
            # VideoToolbox counts quality upwards from 0 to 100.
            return ["-q:v", number(max(1, min(100, round(100 - settings.crf * 2))))]


@functools.lru_cache(maxsize=32)
def encoder_works(encoder: str, options: tuple[str, ...] = (), pixel_format: str = "yuv420p") -> bool:
    """Whether a few frames come out of an encoder on this machine. Runs ffmpeg; remembered."""
    from stitcher.media.ffmpeg import file_url, find
    from stitcher.media.ffmpeg_process import run

    if encoder not in find().encoders():
        return False
    with tempfile.TemporaryDirectory(prefix="stitcher-trial-") as folder:
        target = Path(folder) / "trial.mkv"
        device = device_options(encoder)
        graph = f"format={pixel_format}" + (",hwupload" if device else "")
        arguments = [
            *device,
            *("-f", "lavfi", "-i", "testsrc2=size=320x192:rate=24:duration=0.5"),
            *("-vf", graph, "-c:v", encoder, *options),
            *("-f", "matroska", file_url(target)),
        ]
        try:
            run(arguments, stall_s=20, trial=True)
        except FfmpegFailed as exc:
            _log.info("%s does not work here: %s", encoder, exc)
            return False
        return target.is_file() and target.stat().st_size > 0


def working_encoders(family: str) -> frozenset[str]:
    """Those of a family's encoders that work on this machine. Runs ffmpeg, once for each codec."""
    names = (hardware_encoder(family, codec) for codec in sorted(CODECS))
    return frozenset(
        name
        for name in names
        if name is not None and encoder_works(name, pixel_format=_EIGHT_BIT.get(family, "yuv420p"))
    )


def working_encoders_for(wanted: str | None) -> frozenset[str]:
    """The encoders of the family that is wanted, or whose encoder is; none where that is no hardware's."""
    if wanted is None:
        return frozenset()
    family = wanted if wanted in FAMILIES else family_of(wanted)
    return frozenset() if family is None else working_encoders(family)
