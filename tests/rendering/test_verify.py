"""The proof of a film: what was decoded for one is not decoded again for the next, and everything else is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import VerifyError
from stitcher.media import probe_cache
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.media.strict_decode import strict_decode
from stitcher.rendering import verify
from stitcher.rendering.film import prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.timeline.picture import Transition
from tests.footage import Footage, join_copied
from tests.rendering.films import CUT, dissolve, film


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[int] | None]:
    """Around which frames each film was decoded."""
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))
    seen: list[list[int] | None] = []
    real = strict_decode

    def counted(*arguments: Any, around: Sequence[int] | None, **options: Any) -> int:
        seen.append(None if around is None else list(around))
        return real(*arguments, around=around, **options)

    monkeypatch.setattr(verify, "strict_decode", counted)
    return seen


def _film(clips: Sequence[Clip], joins: Sequence[Transition], out: Path, **options: Any) -> None:
    render(prepare(film(clips, joins)), out, RenderOptions(**options))


def test_only_what_is_new_in_a_film_is_decoded_again(
    footage: Footage, tmp_path: Path, looked_at: list[list[int] | None]
) -> None:
    clips = [probe(footage.clip(n, frames=73)) for n in (1, 2, 3, 4)]
    _film(clips, [dissolve(6)] * 3, tmp_path / "a.mp4")
    _film(clips, [dissolve(6), dissolve(6), dissolve(10)], tmp_path / "b.mp4")
    _film(clips, [dissolve(6)] * 3, tmp_path / "c.mp4", verify="full")
    first, second, whole = looked_at
    assert whole is None
    assert first is not None
    assert second is not None
    # The first picture always, for the film's own header; then what the changed seam touches.
    assert second[0] == 0
    assert 2 <= len(second) < len(first)


def test_another_ffmpeg_decodes_every_join_itself(
    footage: Footage, tmp_path: Path, looked_at: list[list[int] | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [probe(footage.clip(n, frames=73)) for n in (1, 2, 3)]
    _film(clips, [dissolve(6)] * 2, tmp_path / "a.mp4")
    monkeypatch.setattr(probe_cache, "analyzer_version", lambda: "another FFmpeg")
    _film(clips, [dissolve(6)] * 2, tmp_path / "b.mp4")
    assert looked_at[0] == looked_at[1]


def test_a_film_whose_parameter_sets_change_in_the_middle_is_never_published(
    footage: Footage, tmp_path: Path
) -> None:
    parts = [
        footage.clip(1, frames=12, options=("-preset", "ultrafast", "-g", "6", "-crf", crf))
        for crf in ("16", "30")
    ]
    joined = probe(join_copied(tmp_path / "joined.mp4", *parts))
    blind = replace(joined, video=replace(joined.video, set_changes=()))
    clips = [blind, probe(parts[0])]
    with pytest.raises(VerifyError, match="would change at packet 12"):
        _film(clips, [CUT], tmp_path / "film.mp4", cache=tmp_path / "cache")
    assert not (tmp_path / "film.mp4").exists()
