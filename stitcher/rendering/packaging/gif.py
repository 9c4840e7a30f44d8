"""GIF previews: short, small and slow, with a palette of their own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg

from stitcher.delivery.packaging_settings import GifSettings
from stitcher.media.filters import scaled
from stitcher.rendering.packaging.base import PackagingJob
from stitcher.timebase import format_decimal, format_rate


def make_gif(job: PackagingJob, folder: Path) -> tuple[Path, ...]:
    """One file that loops for ever."""
    settings = job.delivery.packaging
    assert isinstance(settings, GifSettings)
    stream = job.picture().filter("trim", duration=format_decimal(settings.max_seconds))
    stream = stream.filter("fps", format_rate(min(Fraction(settings.fps), job.rate)))
    if job.delivery.picture.width > settings.width:
        stream = scaled(stream, w=settings.width, h=-2)
    split = stream.filter_multi_output("split", 2)
    palette = split[0].filter("palettegen", stats_mode="diff")
    painted = ffmpeg.filter(
        [split[1], palette], "paletteuse", dither="bayer", bayer_scale=3, diff_mode="rectangle"
    )
    job.run(folder, ffmpeg.output(painted, "film.gif", f="gif", loop=0))
    return (folder / "film.gif",)
