"""Storyboards, media and films of a few keys, for tests of laying out."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.errors import PlanError
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.layout import clip_files, lay_out, sound_files
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Timeline
from tests.factories import make_clip, make_sound


def board_of(*shots: dict[str, Any], **more: Any) -> Storyboard:
    filled = [{"clip": f"/{shot['id']}.mp4", **shot} if "title" not in shot else shot for shot in shots]
    return Storyboard.model_validate({"stitcher": 1, "shots": filled, **more})


def media_of(
    board: Storyboard,
    *,
    doubled: bool = False,
    sound: Fraction | int | None = 30,
    onsets: tuple[Fraction, ...] = (),
    **clip: Any,
) -> MediaIndex:
    names = [shot.id for shot in board.shots]
    return MediaIndex(
        clips={path: make_clip(path=path, **clip) for path in clip_files(board)},
        sounds={path: make_sound(path=path, duration=sound) for path in sound_files(board)},
        onsets={(path, None): onsets for path in sound_files(board)},
        doubled={(one, two): doubled for one in names for two in names},
    )


def film_of(*shots: dict[str, Any], media: dict[str, Any] | None = None, **more: Any) -> Timeline:
    board = board_of(*shots, **more)
    return lay_out(board, media_of(board, **(media or {})))


def refusal(*shots: dict[str, Any], media: dict[str, Any] | None = None, **more: Any) -> str:
    with pytest.raises(PlanError) as caught:
        film_of(*shots, media=media, **more)
    return str(caught.value)


def records(film: Timeline) -> list[tuple[int, int]]:
    return [(item.record_range.start, item.record_range.stop) for item in film.items]


CARD = {"text": "x", "duration": "2s"}
