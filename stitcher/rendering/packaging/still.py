"""Stills: one frame of the film as a JPEG or PNG poster."""

from __future__ import annotations

from pathlib import Path

import ffmpeg

from stitcher.delivery.packaging_settings import StillSettings
from stitcher.errors import VerifyError
from stitcher.formats.colour import swscale_matrix
from stitcher.rendering.packaging.base import PackagingJob, full_range_rgb

_NAMED = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg"}


def make_still(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """One picture, of the kind that the target's name says, else the preset. Raises `VerifyError` without one."""
    settings, colour = job.delivery.packaging, job.colour
    assert isinstance(settings, StillSettings)
    picked = job.picture().filter("select", f"eq(n,{job.still})")
    if _NAMED.get(job.target.suffix.lower(), settings.image) == "jpg":
        # JPEG is BT.601 full range by its own definition, whatever the film is.
        stream = picked.filter(
            "scale", in_color_matrix=swscale_matrix(colour.matrix or "bt709"), in_range=colour.range or "tv",
            out_color_matrix="bt601", out_range="pc", flags="accurate_rnd+full_chroma_int+lanczos",
        ).filter("format", "yuvj420p")  # fmt: skip
        name = "film.jpg"
        output = ffmpeg.output(
            stream, name, f="image2", update=1, vcodec="mjpeg", huffman="optimal",
            **{"frames:v": 1, "q:v": settings.quality},
        )  # fmt: skip
    else:
        stream = full_range_rgb(picked, colour, "rgb24")
        name = "film.png"
        output = ffmpeg.output(stream, name, f="image2", update=1, vcodec="png", **{"frames:v": 1})
    job.run(folder, output, frames=False)
    if not (folder / name).is_file():
        raise VerifyError(f"Frame {job.still} of the film could not be written as a picture.")
    return (folder / name,)
