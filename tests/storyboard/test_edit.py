"""Storyboard files changed in place: comments stay with their entries, and what is not altered keeps every letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.storyboard.edit import BoardText, ListEntry

TEXT = """\
stitcher: 1   # the format
shots:
  # the harbour
  - id: one
    clip: 'a.mp4'  # taken in May

  # the door,
  # twice
  - {id: two, clip: b.mp4}
  - id: three
    prompt: |
      # not a comment
      A door
# sounds
sound: [{role: music, file: s.wav}]
"""
PATH = Path("/project/board.yaml")


def board() -> BoardText:
    return BoardText(TEXT, PATH)


def test_what_is_put_back_as_it_was_is_the_same_text() -> None:
    text = board()
    text.put("shots", text.entries("shots"))
    assert text.written() == TEXT


def test_comments_move_with_the_entry_below_them() -> None:
    text = board()
    one, two, three = text.entries("shots")
    text.put("shots", [two, three, one])
    assert text.written().splitlines()[1:8] == [
        "shots:",
        "",
        "  # the door,",
        "  # twice",
        "  - {id: two, clip: b.mp4}",
        "  - id: three",
        "    prompt: |",
    ]
    assert "  # the harbour\n  - id: one\n    clip: 'a.mp4'  # taken in May\n# sounds" in text.written()


@pytest.mark.parametrize(
    ("number", "changes", "line"),
    [
        (0, {"in": "5f"}, "    clip: 'a.mp4'  # taken in May\n    in: 5f"),
        (1, {"out": "9f", "clip": None}, "  - {id: two, out: 9f}"),
        (1, {"title": {"text": "${x}"}}, "$${x}"),
        (2, {"takes": 2}, "    prompt: |\n      # not a comment\n      A door\n    takes: 2"),
    ],
)
def test_an_entry_is_altered_in_its_own_style(number: int, changes: dict[str, object], line: str) -> None:
    text = board()
    entries = list(text.entries("shots"))
    entries[number] = entries[number].altered(changes)
    text.put("shots", entries)
    assert line in text.written()


def test_a_new_entry_and_a_new_list_are_written_as_people_write_them() -> None:
    text = board()
    new = ListEntry.of({"id": "four", "clip": "d.mp4", "transition": {"kind": "dissolve", "duration": "6f"}})
    text.put("shots", [*text.entries("shots"), new])
    text.put("markers", [ListEntry.of({"name": "look", "at": "one"})])
    written = text.written()
    assert (
        "  - id: four\n    clip: d.mp4\n    transition: {kind: dissolve, duration: 6f}\n# sounds" in written
    )
    assert written.endswith("markers:\n  - name: look\n    at: one\n")


def test_a_list_on_one_line_becomes_one_entry_a_line() -> None:
    text = board()
    text.put("sound", [*text.entries("sound"), ListEntry.of({"role": "effects", "file": "e.wav"})])
    assert text.written().endswith(
        "sound:\n  - {role: music, file: s.wav}\n  - role: effects\n    file: e.wav\n"
    )


def test_a_list_without_entries_goes() -> None:
    text = board()
    text.put("sound", [])
    assert "sound:" not in text.written()


def test_an_entry_that_takes_from_an_anchor_cannot_be_changed_alone() -> None:
    text = BoardText("shots:\n  - {id: one, clip: &a x.mp4}\n  - {id: two, clip: *a}\n", PATH)
    with pytest.raises(InputError, match="write out what it takes from an anchor"):
        text.entries("shots")[1].altered({"in": "5f"})
