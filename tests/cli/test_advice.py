"""Advised commands can be typed as they stand: with the storyboard and the variables that were given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.cli.output import info, use_board


@pytest.fixture(autouse=True)
def after() -> Iterator[None]:
    yield
    use_board(None)


@pytest.mark.parametrize(
    ("board", "variables", "said", "shown"),
    [
        ("b.yaml", (), "stitcher adopt BOARD --none a", "stitcher adopt b.yaml --none a"),
        (
            "my film/b.yaml",
            (),
            "stitcher takes accept BOARD a 1",
            "stitcher takes accept 'my film/b.yaml' a 1",
        ),
        (
            "b.yaml",
            ("--vars", "v.yaml", "--set", "sky=a red one"),
            "stitcher retry BOARD a",
            "stitcher retry b.yaml --vars v.yaml --set 'sky=a red one' a",
        ),
        ("b.yaml", ("--set", "x=1"), "stitcher takes list BOARD", "stitcher takes list b.yaml --set x=1"),
        ("b.yaml", ("--set", "x=1"), "stitcher takes circle BOARD a 2", "stitcher takes circle b.yaml a 2"),
    ],
)
def test_advice_names_what_the_command_was_called_with(
    capsys: pytest.CaptureFixture[str], board: str, variables: tuple[str, ...], said: str, shown: str
) -> None:
    use_board(Path(board), *variables)
    info(f"{said} - or not")
    assert capsys.readouterr().err == f"{shown} - or not\n"
