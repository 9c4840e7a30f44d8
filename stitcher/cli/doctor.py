"""`stitcher doctor`: what stitcher found on this machine, and what is missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from stitcher.cli import options
from stitcher.cli.output import show
from stitcher.errors import StitcherError
from stitcher.media.threads import cores
from stitcher.version import __version__

_PACKAGES = (
    "av", "ffmpeg-python", "imageio-ffmpeg", "moviepy", "numpy", "opentimelineio", "pillow", "pydantic", "pydub",
    "rich", "ruamel.yaml", "runwayml", "typer",
)  # fmt: skip


def doctor(as_json: options.Json = False) -> int:
    """Say what is installed, which encoders work here, and where the cache is.

    Tries the ffmpeg; ends with 69 without one that can make films.
    """
    from stitcher.errors import FfmpegMissing

    ffmpeg = _ffmpeg()
    document: dict[str, object] = {
        "stitcher": __version__,
        "python": {
            "version": platform.python_version(),
            "executable": sys.executable,
            "platform": platform.platform(),
            "cores": cores(),
        },
        "ffmpeg": ffmpeg,
        "packages": {name: _version(name) for name in _PACKAGES},
        "cache": _cache(),
        "fonts": _fonts(),
    }
    show(document, lambda: _lines(document), as_json=as_json)
    return FfmpegMissing.exit_code if "error" in ffmpeg else 0


def _ffmpeg() -> dict[str, object]:
    from stitcher.delivery.hardware import FAMILIES, working_encoders
    from stitcher.formats.codecs import CODECS
    from stitcher.media.ffmpeg import ask, find
    from stitcher.media.ffmpeg_check import try_out
    from stitcher.rendering.encoder_check import MUXERS, TONE_MAPPING

    try:
        program = find()
        # What is known of it may be remembered: whether it runs now is the question here.
        ask(program.path, "-version")
        try_out(program)
        built_in, filters, muxers = program.encoders(), program.filters(), program.muxers()
        return {
            "path": str(program.path),
            "version": program.version,
            "transitions": sorted(program.xfade_kinds()),
            "encoders": {name: name in built_in for name in (codec.encoder for codec in CODECS.values())},
            "muxers": {name: name in muxers for name in MUXERS},
            "filters": {name: name in filters for name in TONE_MAPPING},
            "hardware": sorted(name for family in FAMILIES for name in working_encoders(family)),
        }
    except StitcherError as exc:
        return {"error": str(exc)}


def _version(package: str) -> str | None:
    # Slow to import, and every command imports this file.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cache() -> dict[str, object]:
    from stitcher.media.files import free_bytes
    from stitcher.media.probe_cache import cache_folder

    folder = cache_folder()
    try:
        free: int | None = free_bytes(folder)
    except StitcherError:
        free = None
    return {
        "folder": str(folder),
        "bytes": sum(_size(path) for path in folder.rglob("*")) if folder.is_dir() else 0,
        "free_bytes": free,
    }


def _size(path: Path) -> int:
    # Another stitcher may prune while this counts.
    try:
        return path.lstat().st_size if not path.is_symlink() and path.is_file() else 0
    except OSError:
        return 0


def _fonts() -> list[str]:
    import stitcher.pictures

    folder = Path(stitcher.pictures.__file__).parent / "fonts"
    return sorted(path.name for path in folder.glob("*.[ot]tf"))


def _lines(document: dict[str, object]) -> Iterator[str]:
    python, ffmpeg = document["python"], document["ffmpeg"]
    cache, packages, fonts = document["cache"], document["packages"], document["fonts"]
    assert isinstance(python, dict)
    assert isinstance(ffmpeg, dict)
    assert isinstance(cache, dict)
    assert isinstance(packages, dict)
    assert isinstance(fonts, list)
    yield f"stitcher {document['stitcher']}"
    yield f"python    {python['version']} at {python['executable']}"
    yield f"machine   {python['platform']}, {python['cores']} cores"
    if "error" in ffmpeg:
        yield f"ffmpeg    {ffmpeg['error']}"
    else:
        yield f"ffmpeg    {ffmpeg['version']} at {ffmpeg['path']}"
        yield f"          {len(ffmpeg['transitions'])} transitions: {', '.join(ffmpeg['transitions'])}"
        yield f"encoders  {', '.join(name for name, there in ffmpeg['encoders'].items() if there)}"
        missing = [name for name, there in ffmpeg["encoders"].items() if not there]
        if missing:
            yield f"          not in this ffmpeg: {', '.join(missing)}"
        unwritten = [name for name, there in ffmpeg["muxers"].items() if not there]
        if unwritten:
            yield f"muxers    not in this ffmpeg: {', '.join(unwritten)}"
        unable = [name for name, there in ffmpeg["filters"].items() if not there]
        if unable:
            yield f"filters   not in this ffmpeg: {', '.join(unable)} (no HDR sources in SDR films)"
        yield f"hardware  {', '.join(ffmpeg['hardware']) or 'none that works'}"
    yield "packages  " + ", ".join(f"{name} {found or 'MISSING'}" for name, found in packages.items())
    free = "unknown" if cache["free_bytes"] is None else f"{cache['free_bytes'] / 1e9:.1f} GB"
    yield f"cache     {cache['folder']}, {cache['bytes'] / 1e6:.1f} MB used, {free} free on that disk"
    yield f"fonts     {', '.join(fonts) or 'none'}"
