"""Decisions carried out: markers in the storyboard's own text, circles in the ledger, once and not twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.errors import InputError, MediaMissing
from stitcher.generation.generate import generate
from tests.footage import Footage
from tests.generation.chain_kit import CHAIN, at_rest, project

ONE_NOTE = {"shot": "two", "frame": 7, "text": "Too dark", "point": None}


@pytest.fixture
def board(tmp_path: Path, footage: Footage) -> Path:
    path = tmp_path / "b.yaml"
    clips = footage.chain(2, first_id=70, frames=25)
    path.write_text(
        f"""\
stitcher: 1
# Kept as it is.
shots:
  - {{id: one, clip: {json.dumps(str(clips[0]))}}}   # the first
  - {{id: two, clip: {json.dumps(str(clips[1]))}, transition: cut}}
"""
    )
    return path


def decided(folder: Path, **lists: Any) -> Path:
    path = folder / "film.review.json"
    path.write_text(json.dumps({"stitcher_review": 1, "storyboard": "b.yaml", "title": "", **lists}))
    return path


def markers(board: Path) -> list[tuple[str, int, str]]:
    """Those of the storyboard; shots are markers by themselves."""
    found = stitcher.lay_out(stitcher.load(board)).markers
    return [(one.name, one.frame, one.note) for one in found if one.name not in ("one", "two")]


@pytest.mark.parametrize(
    ("lists", "marks"),
    [
        pytest.param({"notes": [ONE_NOTE]}, [("Too dark", 32, "")], id="note"),
        pytest.param(
            {"notes": [{**ONE_NOTE, "frame": 0}]}, [("Too dark", 25, "")], id="at a shot's beginning"
        ),
        pytest.param(
            {"notes": [{**ONE_NOTE, "point": [0.25, 0.5]}]},
            [("Too dark", 32, "(at 25 % across and 50 % down the picture)")],
            id="note on the picture",
        ),
        pytest.param(
            {"notes": [{**ONE_NOTE, "text": "word " * 40}]},
            [(("word " * 12)[:59] + "…", 32, ("word " * 40).strip())],
            id="long note",
        ),
        pytest.param(
            {"notes": [{**ONE_NOTE, "text": "${env.HOME} 'a': \"b\" #c\n- d"}]},
            [("${env.HOME} 'a': \"b\" #c - d", 32, "${env.HOME} 'a': \"b\" #c\n- d")],
            id="a note is no YAML and no variable",
        ),
        pytest.param(
            {"shots": [{"shot": "one", "verdict": "rejected", "reason": "dull"}]},
            [("Rejected: one", 0, "dull")],
            id="rejected shot",
        ),
        pytest.param(
            {"takes": [{"shot": "one", "provider": "runway", "number": 2, "verdict": "rejected"}]},
            [("Rejected: take 2 (runway) of one", 0, "")],
            id="rejected take",
        ),
        pytest.param(
            {"seams": [{"shot": "two", "verdict": "rejected", "reason": "jumps"}]},
            [("Seam to mend: two", 25, "jumps")],
            id="rejected seam",
        ),
        pytest.param({"shots": [{"shot": "one", "verdict": "approved"}]}, [], id="approved clip"),
    ],
)
def test_what_is_decided_becomes_markers_and_a_second_time_nothing(
    board: Path, lists: dict[str, Any], marks: list[tuple[str, int, str]]
) -> None:
    before = board.read_text()
    decisions = decided(board.parent, **lists)
    applied = stitcher.apply_review(decisions, board)
    assert (markers(board), len(applied.changed), applied.left) == (marks, len(marks), ())
    after = board.read_text()
    assert after.startswith(before) or not marks
    again = stitcher.apply_review(decisions, board)
    assert (again.changed, again.unchanged, board.read_text()) == ((), len(marks), after)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"notes": [{**ONE_NOTE, "shot": "gone"}]}, "Note 'Too dark': the film has no shot 'gone' any more."),
        ({"notes": [{**ONE_NOTE, "frame": 25}]}, "at frame 25 of the shot 'two', which has 25 by now"),
        ({"shots": [{"shot": "gone", "verdict": "approved"}]}, "Shot gone approved: the film has no shot"),
        (
            {"seams": [{"shot": "gone", "verdict": "accepted"}]},
            "Seam before gone accepted: the film has no shot",
        ),
        (
            {"takes": [{"shot": "one", "provider": "runway", "number": 3, "verdict": "circled"}]},
            "Circled take 3 (runway) of one: Shot one has no take 3 on disk",
        ),
    ],
    ids=["note", "frame", "shot", "seam", "take"],
)
def test_what_is_no_longer_there_is_listed_and_changes_nothing(
    board: Path, lists: dict[str, Any], said: str
) -> None:
    before = board.read_text()
    applied = stitcher.apply_review(decided(board.parent, **lists), board)
    assert (applied.changed, board.read_text()) == ((), before)
    (left,) = applied.left
    assert said in left


def test_a_note_whose_marker_was_moved_is_there_already(board: Path) -> None:
    decisions = decided(board.parent, notes=[ONE_NOTE])
    stitcher.apply_review(decisions, board)
    board.write_text(board.read_text().replace("two+7f", "one+3f"))
    assert stitcher.apply_review(decisions, board).changed == ()
    assert markers(board) == [("Too dark", 3, "")]


def test_an_accepted_finding_is_accepted_by_its_shot(board: Path) -> None:
    two = board.read_text().replace(
        "transition: cut}", "transition: cut, accept: [{finding: hold, reason: waits}]}"
    )
    board.write_text(two)
    meant = [
        {"shot": "two", "finding": "colour", "verdict": "accepted", "reason": "the lamp: it's lit"},
        {"shot": "two", "finding": "hold", "verdict": "accepted"},
        {"shot": "one", "finding": "grain", "verdict": "accepted"},
        {"shot": "gone", "finding": "grain", "verdict": "accepted"},
    ]
    decisions = decided(board.parent, findings=meant)
    applied = stitcher.apply_review(decisions, board)
    accepted = {
        shot.id: [(one.finding, one.reason) for one in shot.accept] for shot in stitcher.load(board).shots
    }
    assert accepted == {
        "one": [("grain", "accepted in a review")],
        "two": [("hold", "waits"), ("colour", "the lamp: it's lit")],
    }
    assert (len(applied.changed), applied.unchanged) == (2, 1)
    assert applied.left == ("Accepted 'grain': the film has no shot 'gone' any more.",)
    text = board.read_text()
    assert "# Kept as it is." in text
    assert "# the first" in text
    again = stitcher.apply_review(decisions, board)
    assert (again.changed, again.unchanged, board.read_text()) == ((), 3, text)


@pytest.mark.parametrize(
    "text", ["a\0b", "\x1b[31mred", "\x85y", "-\u2028: x", "  ~  ", "null", "a\r\nb", "\u202eabc"]
)
def test_texts_of_every_kind_are_written_once_and_read_again(board: Path, text: str) -> None:
    decisions = decided(
        board.parent,
        notes=[{**ONE_NOTE, "text": text}],
        shots=[{"shot": "one", "verdict": "rejected", "reason": text}],
        findings=[{"shot": "one", "finding": "hold", "verdict": "accepted", "reason": text}],
    )
    assert len(stitcher.apply_review(decisions, board).changed) == 3
    assert stitcher.apply_review(decisions, board).changed == ()


def test_notes_of_the_same_words_are_a_marker_each(board: Path) -> None:
    decisions = decided(board.parent, notes=[ONE_NOTE, {**ONE_NOTE, "frame": 9}])
    for _ in range(2):
        stitcher.apply_review(decisions, board)
        assert markers(board) == [("Too dark", 32, ""), ("Too dark", 34, "")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("not json", "is no file of decisions.*: Invalid JSON"),
        ("[]", "is no file of decisions"),
        ("{}", "stitcher_review"),
        ('{"stitcher_review": 2}', "stitcher_review"),
        ('{"stitcher_review": 1, "else": 1}', "else"),
        ('{"stitcher_review": 1, "notes": [{"shot": "one", "frame": -1, "text": "x"}]}', r"notes\.0\.frame"),
        ('{"stitcher_review": 1, "notes": [{"shot": "one", "frame": 1, "text": " "}]}', r"notes\.0\.text"),
        ('{"stitcher_review": 1, "shots": [{"shot": "one", "verdict": "loved"}]}', r"shots\.0\.verdict"),
    ],
)
def test_a_file_that_no_page_wrote_is_refused(board: Path, content: str, said: str) -> None:
    path = board.parent / "other.json"
    path.write_text(content)
    with pytest.raises(InputError, match=said):
        stitcher.apply_review(path, board)


def test_a_file_that_is_not_there_is_missing(board: Path) -> None:
    with pytest.raises(MediaMissing):
        stitcher.apply_review(board.parent / "none.json", board)


@pytest.mark.slow
@pytest.mark.parametrize(
    "lists",
    [
        {"takes": [{"shot": "s1", "provider": "animatic", "number": 2, "verdict": "circled"}]},
        {"shots": [{"shot": "s1", "verdict": "approved", "provider": "animatic", "number": 2}]},
    ],
    ids=["circled", "approved as seen"],
)
def test_a_take_is_circled_once(tmp_path: Path, lists: dict[str, Any]) -> None:
    two = at_rest(CHAIN[0]).replace("prompt: static shot of one", "prompt: static shot of one, takes: 2")
    board = project(tmp_path, two)
    generate(board)
    decisions, path = decided(tmp_path, **lists), tmp_path / "board.yaml"
    text = path.read_text()
    assert stitcher.takes(board).in_film["s1"].number == 1
    applied = stitcher.apply_review(decisions, path)
    assert applied.changed == ("Shot s1 take 2 (animatic) is in the film.",)
    assert stitcher.takes(board).in_film["s1"].number == 2
    again = stitcher.apply_review(decisions, path)
    assert (again.changed, again.unchanged, path.read_text()) == ((), 1, text)
