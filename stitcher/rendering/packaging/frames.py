"""Image sequences: a numbered PNG or linear EXR a frame, and the sound beside them as WAV."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from stitcher.delivery.packaging_settings import FramesSettings
from stitcher.errors import VerifyError
from stitcher.formats.colour import MATRICES, TRANSFERS, zimg_name
from stitcher.media.clip import Colour
from stitcher.media.pixel_format import pixel_format
from stitcher.rendering.packaging.base import PackagingJob, Stream, full_range_rgb

_PNG_PIXELS = {
    (True, False): "rgb48be",
    (True, True): "rgba64be",
    (False, False): "rgb24",
    (False, True): "rgba",
}
"""By whether there are 16 bits, and alpha."""


def make_frames(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """The pictures, numbered from 0, and `sound.wav` last. Raises `VerifyError` when they are not all there."""
    settings = job.delivery.packaging
    assert isinstance(settings, FramesSettings)
    picture = job.delivery.picture
    if settings.image == "exr":
        stream, suffix = _linear(job.picture(), job.colour).filter("format", "gbrpf32le"), "exr"
        options = {"vcodec": "exr", "compression": "zip16", "format:v": "half"}
    else:
        pixels = _PNG_PIXELS[settings.image == "png16", pixel_format(picture.pixel_format).alpha]
        stream, suffix = full_range_rgb(job.picture(), job.colour, pixels), "png"
        options = {"vcodec": "png", "pred": "mixed"}
    job.run(folder, ffmpeg.output(stream, f"%06d.{suffix}", f="image2", start_number=0, **options))
    pictures = sorted(folder.glob(f"*.{suffix}"))
    if len(pictures) != job.frames:
        raise VerifyError(f"The sequence came out with {len(pictures)} pictures instead of {job.frames}.")
    return (*pictures, *_sound(job, folder))


def _sound(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """The mix as a PCM WAV of film length; nothing for a silent film."""
    if job.sound is None:
        return ()
    spec = job.delivery.sound
    encoder = spec.encoder if spec and spec.encoder.startswith("pcm") else "pcm_s24le"
    wav = ffmpeg.output(job.audio(job.sound), "sound.wav", acodec=encoder, f="wav", rf64="auto")
    job.run(folder, wav, frames=False)
    return (folder / "sound.wav",)


def _linear(stream: Stream, colour: Colour) -> Stream:
    """Linear light, RGB, full range, by zimg in floating point; the primaries stay."""
    return stream.filter(
        "zscale",
        matrixin=zimg_name(colour.matrix or "bt709", MATRICES),
        transferin=zimg_name(colour.transfer or "bt709", TRANSFERS),
        primariesin=colour.primaries,
        rangein="full" if colour.range == "pc" else "limited",
        matrix="gbr",
        transfer="linear",
        primaries=colour.primaries,
        range="full",
        filter="lanczos",
    )
