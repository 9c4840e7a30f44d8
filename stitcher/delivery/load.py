"""Delivery presets and loudness targets, loaded by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stitcher.delivery.loudness import LoudnessRow
from stitcher.delivery.preset import Preset
from stitcher.delivery.spec import LoudnessTarget
from stitcher.errors import PresetError
from stitcher.preset_files import PresetFile, find_presets, read_preset, unknown_name


def load_preset(
    name: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> Preset:
    """The preset of a name. Raises `PresetError` with the nearest names when there is none."""
    files = find_presets("delivery", project=project, environ=environ)
    if name not in files:
        raise PresetError(unknown_name("preset", name, files))
    return read_preset(files[name].path, Preset)


def list_presets(
    *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[PresetFile, Preset], ...]:
    """Every preset with the file it comes from, sorted by name. Raises `PresetError` at the first bad file."""
    files = find_presets("delivery", project=project, environ=environ)
    return tuple((entry, read_preset(entry.path, Preset)) for entry in files.values())


def load_loudness(
    name: str, *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> LoudnessTarget:
    """The loudness target of a name. Raises `PresetError` with the nearest names when there is none."""
    files = find_presets("loudness", project=project, environ=environ)
    if name not in files:
        raise PresetError(unknown_name("loudness target", name, files))
    return read_preset(files[name].path, LoudnessRow).target()


def list_loudness(
    *, project: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[tuple[PresetFile, LoudnessRow], ...]:
    """Every loudness row with the file it comes from, sorted by name. Raises `PresetError` at the first bad file."""
    files = find_presets("loudness", project=project, environ=environ)
    return tuple((entry, read_preset(entry.path, LoudnessRow)) for entry in files.values())
