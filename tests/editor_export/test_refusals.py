"""What cannot be handed over is refused in one paragraph, and nothing is written; what changes on the way is named."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import stitcher
from stitcher.errors import StitcherError
from tests.editor_export.test_transcode import BARE
from tests.footage import Footage

ONE = "shots:\n  - {id: one, clip: CLIP}\n"


def board_of(where: Path, text: str, *clips: Path) -> stitcher.Storyboard:
    for name, clip in zip(("CLIP", "OTHER"), clips, strict=False):
        text = text.replace(name, str(clip))
    path = where / "board.yaml"
    path.write_text(f"stitcher: 1\n{text}", encoding="utf-8")
    return stitcher.load(path)


@pytest.mark.parametrize(
    ("text", "editor", "message"),
    [
        pytest.param(
            ONE, "premier", "There is no editor named 'premier'. Did you mean premiere?", id="editor"
        ),
        pytest.param(
            f"format: {{start: '01:00:00;00'}}\n{ONE}",
            "otio",
            "drop-frame exists at 29.97 and 59.94",
            id="drop",
        ),
        pytest.param(
            f"format: {{start: '23:59:59:20'}}\n{ONE}",
            "otio",
            "passes midnight of its timecode",
            id="midnight",
        ),
        pytest.param(
            f"{ONE}  - {{id: two, clip: OTHER}}\n", "otio", "the clips have different frame rates", id="rates"
        ),
    ],
)
def test_a_film_that_cannot_be_handed_over_is_refused(
    footage: Footage, tmp_path: Path, *, text: str, editor: str, message: str
) -> None:
    clips = [footage.clip(41, frames=12), footage.clip(42, frames=12, rate=Fraction(25))]
    with pytest.raises(StitcherError) as caught:
        stitcher.export(board_of(tmp_path, text, *clips), editor, tmp_path / "out", without=BARE)
    assert message in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("editor", ["avid", "resolve-free-linux"])
def test_a_clip_too_small_for_the_editors_codec_is_named(
    footage: Footage, tmp_path: Path, editor: str
) -> None:
    board = board_of(tmp_path, f"format: {{size: 1280x720}}\n{ONE}", footage.clip(41, frames=12))
    with pytest.raises(StitcherError, match=r"smaller is 'clip[^']*' \(160x96\): .*--media link"):
        stitcher.export(board, editor, tmp_path / "out", without=BARE)
    assert not (tmp_path / "out").exists()


def test_a_clip_that_is_gone_is_named(footage: Footage, tmp_path: Path) -> None:
    board = board_of(tmp_path, ONE, tmp_path / "gone.mp4")
    with pytest.raises(StitcherError, match=r"gone\.mp4': is not there"):
        stitcher.export(board, "otio", tmp_path / "out", without=BARE)


def test_clips_of_other_rates_are_handed_over_as_they_are_and_edit_lists_say_how_they_count(
    footage: Footage, tmp_path: Path
) -> None:
    text = f"format: {{fps: 24}}\n{ONE}  - {{id: two, clip: OTHER}}\n"
    clips = [footage.clip(41, frames=12), footage.clip(42, frames=12, rate=Fraction(25))]
    done = stitcher.export(board_of(tmp_path, text, *clips), "resolve", tmp_path / "out", without=BARE)
    assert [media.rate for media in done.handover.media] == [24, 25]
    assert [loss.where for loss in done.losses if loss.kind == "reel-time"] == ["two"]
