"""`stitcher doctor`: what stitcher found on this machine, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher import api
from stitcher.cli import options
from stitcher.errors import FfmpegMissing

if TYPE_CHECKING:
    from stitcher.diagnosis import Diagnosis, FfmpegFacts


def doctor(as_json: options.Json = False) -> int:
    """Show what is installed and what works here.

    Tries the ffmpeg and its encoders; ends with 69 without one that can make films.
    """
    from stitcher.cli.output import pick, show

    found = api.doctor()
    failed = isinstance(found.ffmpeg, str)
    document = pick(found, "stitcher python ffmpeg packages cache fonts scripts shaping")
    if failed:
        document["ffmpeg"] = {"error": found.ffmpeg}
    show(document, lambda: _lines(found), as_json=as_json)
    return FfmpegMissing.exit_code if failed else 0


def _lines(found: Diagnosis) -> Iterator[str]:
    python, cache = found.python, found.cache
    yield f"stitcher {found.stitcher}"
    yield f"python    {python.version} at {python.executable}"
    yield f"machine   {python.platform}, {python.cores} cores"
    if isinstance(found.ffmpeg, str):
        yield f"ffmpeg    {found.ffmpeg}"
    else:
        yield from _ffmpeg_lines(found.ffmpeg)
    yield "packages  " + ", ".join(
        f"{name} {version or 'MISSING'}" for name, version in found.packages.items()
    )
    free = "unknown" if cache.free_bytes is None else f"{cache.free_bytes / 1e9:.1f} GB"
    yield f"cache     {cache.folder}, {cache.bytes / 1e6:.1f} MB used, {free} free on that disk"
    yield f"fonts     {', '.join(found.fonts) or 'none'}"
    heading = "scripts   "
    for script, font in found.scripts.items():
        yield f"{heading}{script}: {font or 'none; name a font file for titles that have it'}"
        heading = " " * len(heading)
    if not found.shaping:
        yield f"{heading}no libfribidi: nothing that is written right to left or whose letters join"


def _ffmpeg_lines(ffmpeg: FfmpegFacts) -> Iterator[str]:
    yield f"ffmpeg    {ffmpeg.version} at {ffmpeg.path}"
    yield f"          {len(ffmpeg.transitions)} transitions: {', '.join(ffmpeg.transitions)}"
    yield f"encoders  {', '.join(name for name, there in ffmpeg.encoders.items() if there)}"
    for heading, names, remark in (
        ("          ", ffmpeg.encoders, ""),
        ("muxers    ", ffmpeg.muxers, ""),
        ("filters   ", ffmpeg.filters, " (no HDR sources in SDR films)"),
    ):
        if missing := [name for name, there in names.items() if not there]:
            yield f"{heading}not in this ffmpeg: {', '.join(missing)}{remark}"
    yield f"hardware  {', '.join(ffmpeg.hardware) or 'none that works'}"
