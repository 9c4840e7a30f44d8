"""Diagnosis of this machine: versions, what its ffmpeg can do, hardware encoders, the cache folder, fonts."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from stitcher.errors import StitcherError
from stitcher.media.logs import system_name
from stitcher.media.threads import cores
from stitcher.one_line import one_line
from stitcher.version import __version__

_PACKAGES = (
    "av", "ffmpeg-python", "imageio-ffmpeg", "moviepy", "numpy", "opentimelineio", "pillow", "pydantic", "pydub",
    "rich", "ruamel.yaml", "runwayml", "typer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PythonFacts:
    """The Python this runs on, and its machine."""

    version: str
    executable: str
    platform: str
    cores: int


@dataclass(frozen=True, slots=True)
class FfmpegFacts:
    """An ffmpeg that runs, and what it can do. Of what films may need each name is mapped to whether it is there."""

    path: str
    version: str
    transitions: tuple[str, ...]
    encoders: Mapping[str, bool]
    muxers: Mapping[str, bool]
    filters: Mapping[str, bool]
    hardware: tuple[str, ...]
    """Hardware encoders that were tried and work."""


@dataclass(frozen=True, slots=True)
class CacheFacts:
    """The cache folder."""

    folder: str
    bytes: int
    free_bytes: int | None
    """On its disk; `None` where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What stitcher finds on this machine."""

    stitcher: str
    python: PythonFacts
    ffmpeg: FfmpegFacts | str
    """Or what is wrong with it."""
    packages: Mapping[str, str | None]
    """Version of each library; `None` for one that is missing."""
    cache: CacheFacts
    fonts: tuple[str, ...]
    """Those that come with stitcher."""
    scripts: Mapping[str, str | None]
    """By script: the font of words on the picture, a file of the machine's where the bundled one lacks it; `None` where
    none has it, or it cannot be set here."""
    shaping: bool
    """Whether scripts that are written right to left, or whose letters join, can be set."""

    __repr__ = one_line


def diagnose() -> Diagnosis:
    """Look at everything, and try the ffmpeg out."""
    import stitcher.pictures

    fonts = Path(stitcher.pictures.__file__).parent / "fonts"
    return Diagnosis(
        stitcher=__version__,
        python=PythonFacts(platform.python_version(), sys.executable, system_name(), cores()),
        ffmpeg=_ffmpeg(),
        packages={name: _version(name) for name in _PACKAGES},
        cache=_cache(),
        fonts=tuple(sorted(path.name for path in fonts.glob("*.[ot]tf"))),
        scripts=_scripts(),
        shaping=_has_shaping(),
    )


def _scripts() -> dict[str, str | None]:
    from stitcher.pictures.substitute_fonts import SCRIPTS, script_font

    return {script: script_font(script) for script in SCRIPTS}


def _has_shaping() -> bool:
    from stitcher.pictures.typeface import has_shaping

    return has_shaping()


def _ffmpeg() -> FfmpegFacts | str:
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
        return FfmpegFacts(
            path=str(program.path),
            version=program.version,
            transitions=tuple(sorted(program.xfade_kinds())),
            encoders={codec.encoder: codec.encoder in built_in for codec in CODECS.values()},
            muxers={name: name in muxers for name in MUXERS},
            filters={name: name in filters for name in TONE_MAPPING},
            hardware=tuple(sorted(name for family in FAMILIES for name in working_encoders(family))),
        )
    except StitcherError as exc:
        return str(exc)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _cache() -> CacheFacts:
    from stitcher.media.files import free_bytes
    from stitcher.media.probe_cache import cache_folder

    folder = cache_folder()
    try:
        free: int | None = free_bytes(folder)
    except StitcherError:
        free = None
    used = sum(_size(path) for path in folder.rglob("*")) if folder.is_dir() else 0
    return CacheFacts(str(folder), used, free)


def _size(path: Path) -> int:
    # Another stitcher may prune while this counts.
    try:
        return path.lstat().st_size if not path.is_symlink() and path.is_file() else 0
    except OSError:
        return 0
