"""What the storyboard's words for transitions stand for, and that a kind of our own is one row."""

from __future__ import annotations

import pytest

from stitcher.storyboard import transition_kinds
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.transition_kinds import CUT, DISSOLVE, MATCH, OWN, TransitionKind, transition_kind
from stitcher.timeline.layout import clip_files, lay_out
from stitcher.timeline.media_index import MediaIndex
from tests.factories import make_clip


@pytest.mark.parametrize(
    ("word", "kind"), [("cut", CUT), ("match", MATCH), ("dissolve", DISSOLVE), ("fade", DISSOLVE)]
)
def test_a_word_of_ours_stands_for_our_kind(word: str, kind: TransitionKind) -> None:
    assert transition_kind(word) is kind


def test_any_other_word_is_one_of_xfades() -> None:
    assert transition_kind("wipeleft") == TransitionKind("wipeleft", xfade="wipeleft")


def test_no_two_kinds_go_by_one_word() -> None:
    words = [word for kind in OWN for word in (kind.name, *kind.aliases)]
    assert len(set(words)) == len(words)


def test_another_kind_of_our_own_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The storyboard takes it with a length, the timeline lays it out, and reports call it by its name."""
    monkeypatch.setitem(transition_kinds._BY_WORD, "morph", TransitionKind("morph"))
    shots = [{"id": "a", "clip": "/a.mp4"}, {"id": "b", "clip": "/b.mp4"}]
    shots[1]["transition"] = {"kind": "morph", "duration": "10f"}  # type: ignore[assignment]  # of YAML's kind
    board = Storyboard.model_validate({"stitcher": 1, "shots": shots})
    media = MediaIndex(clips={path: make_clip(path=path) for path in clip_files(board)})
    (join,) = lay_out(board, media, kinds=frozenset({"fade"})).transitions
    assert str(join) == "morph 10f"
