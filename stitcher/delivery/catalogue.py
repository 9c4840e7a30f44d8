"""The delivery presets, loudness targets and editors there are, each with the TOML file it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.delivery.editor_preset import EditorEntry, editor_names, find_editor, list_editors
from stitcher.delivery.load import list_loudness, list_presets, load_preset
from stitcher.delivery.loudness import LoudnessRow
from stitcher.delivery.preset import Preset
from stitcher.one_line import one_line
from stitcher.preset_files import PresetFile, find_presets, read_preset


@dataclass(frozen=True, slots=True)
class PresetEntry:
    """A delivery preset and its file."""

    file: PresetFile
    preset: Preset


@dataclass(frozen=True, slots=True)
class LoudnessEntry:
    """A loudness target and its file."""

    file: PresetFile
    preset: LoudnessRow


@dataclass(frozen=True, slots=True)
class PresetCatalogue:
    """Everything a film can be delivered as."""

    delivery: tuple[PresetEntry, ...]
    loudness: tuple[LoudnessEntry, ...]
    editors: tuple[EditorEntry, ...]

    __repr__ = one_line


def list_all(project: Path | None = None) -> PresetCatalogue:
    """Every preset, loudness target and editor, sorted by name. Raises `PresetError` at the first bad file."""
    return PresetCatalogue(
        tuple(PresetEntry(*entry) for entry in list_presets(project=project)),
        tuple(LoudnessEntry(*entry) for entry in list_loudness(project=project)),
        list_editors(project=project),
    )


def find_entry(name: str, project: Path | None = None) -> PresetEntry | LoudnessEntry | EditorEntry:
    """The delivery preset of a name, else the loudness target, else the editor. Raises `PresetError` with the nearest
    names."""
    delivery, loudness = (find_presets(section, project=project) for section in ("delivery", "loudness"))
    if name in loudness and name not in delivery:
        return LoudnessEntry(loudness[name], read_preset(loudness[name].path, LoudnessRow))
    if name not in delivery and name in editor_names(project=project):
        return find_editor(name, project=project)
    preset = load_preset(name, project=project)
    return PresetEntry(delivery[name], preset)
