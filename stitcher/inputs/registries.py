"""Registries of transitions, effects and loudness targets here, found out only when somebody asks for one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path


class Transitions(Collection[str]):
    """The transitions of the ffmpeg at hand, which is started only when somebody asks for one."""

    def _names(self) -> frozenset[str]:
        from stitcher.media.ffmpeg import find

        return find().xfade_kinds()

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


class Effects(Transitions):
    """MoviePy's effects; importing MoviePy takes a while, and few films use one."""

    def _names(self) -> frozenset[str]:
        from stitcher.pictures.effects import effect_names

        return frozenset(effect_names())


class LoudnessTargets(Transitions):
    """The loudness targets of the package, the user and a project; a folder is read only when somebody asks for one."""

    def __init__(self, project: Path | None) -> None:
        self._project = project

    def _names(self) -> frozenset[str]:
        from stitcher.preset_files import find_presets

        return frozenset(find_presets("loudness", project=self._project))
