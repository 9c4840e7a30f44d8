"""Names of what ffmpeg and MoviePy can do here, found out only when somebody asks for one."""

from __future__ import annotations

from collections.abc import Collection, Iterator


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
