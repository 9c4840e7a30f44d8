"""`stitcher diff`: what is different, in words, as JSON, as markers and as an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def boards(here: Path, chain: list[Path]) -> tuple[Path, Path]:
    """A storyboard, and what became of it."""
    shots = [f"  - {{id: s{number}, clip: {str(clip)!r}}}" for number, clip in enumerate(chain)]
    for name, order in (("before.yaml", shots), ("after.yaml", [shots[2], shots[0]])):
        (here / name).write_text(
            "\n".join(["stitcher: 1", "defaults: {transition: cut}", "shots:", *order, ""]), encoding="utf-8"
        )
    return here / "before.yaml", here / "after.yaml"


def test_differences_are_told_and_end_with_1(run: Run, boards: tuple[Path, Path]) -> None:
    ended = run("diff", *boards)
    assert ended.code == 1
    assert ended.out.splitlines() == ["s2: moved from place 3 to place 1", "s1: is gone"]
    assert [change["kind"] for change in run("diff", *boards, "--json").document["changes"]] == [
        "moved",
        "gone",
    ]


def test_the_same_ends_with_0(run: Run, boards: tuple[Path, Path]) -> None:
    ended = run("diff", boards[0], boards[0])
    assert (ended.code, ended.out) == (0, "Both are the same.\n")


@pytest.mark.parametrize("name", ["changes.csv", "changes.edl"])
def test_differences_are_written_as_markers(
    run: Run, here: Path, boards: tuple[Path, Path], name: str
) -> None:
    assert run("diff", *boards, "--markers", name).code == 1
    text = (here / name).read_text(encoding="utf-8-sig")
    assert "01:00:00:00" in text
    assert "moved from place 3 to place 1" in text


def test_a_hand_over_is_held_against_its_storyboard(run: Run, boards: tuple[Path, Path]) -> None:
    assert run("export", boards[0], "--to", "otio", "-o", "cut", "--without", "reference").code == 0
    assert run("diff", boards[0], "cut/timeline.otio").code == 0
    assert run("diff", "cut/timeline.otio", boards[1]).code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nothing.otio",), 66, "is not there"),
        (("before.yaml", "--markers", "changes.txt"), 65, "is no list of markers: name a .csv or an .edl"),
    ],
)
def test_what_cannot_be_compared_is_said(
    run: Run, boards: tuple[Path, Path], arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended = run("diff", boards[0], *arguments)
    assert ended.code == code
    assert message in ended.err
