"""The storyboard a command line names, with its variables put in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher import api
from stitcher.cli.output import use_board
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.storyboard.model import Storyboard


def read_board(path: Path, sets: Sequence[str] | None, variables_file: Path | None) -> Storyboard:
    """The storyboard, variables from `--vars` and then `--set` put in, `${env.NAME}` from the environment.

    Raises what `api.load` raises, and `InputError` for a `--set` that nothing in the storyboard asks for.
    """
    given = () if variables_file is None else ("--vars", str(variables_file))
    use_board(path, *given, *(word for one in sets or () for word in ("--set", one)))
    variables = _Recorded(assignments(sets or ()))
    board = api.load(path, variables=variables, variables_file=variables_file, environment=os.environ)
    for name in (name for name in variables if name not in variables.used):
        from stitcher.storyboard.suggest import did_you_mean

        hint = did_you_mean(name, variables.used) or "; correct the name, or leave it away."
        raise InputError(f"--set {name}: nothing in {str(path)!r} asks for ${{{name}}}{hint}")
    return board


class _Recorded(dict[str, str]):
    """Variables that remember which of them were looked up."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.used.add(name)
        return super().__getitem__(name)


def split_board_argument(words: Sequence[str] | None) -> tuple[Path, list[str]]:
    """The storyboard at the head of a command's words, or the current folder's, and the other words.

    So that what messages advise (`stitcher adopt door TASK`) can be typed as it stands. Raises `InputError` where it
    is not clear which storyboard is meant.
    """
    rest = list(words or ())
    if rest and rest[0].lower().endswith((".yaml", ".yml")):
        return Path(rest[0]), rest[1:]
    usual = Path("storyboard.yaml")
    if usual.is_file():
        return usual, rest
    boards = sorted(path for path in Path().glob("*.y*ml") if path.suffix in (".yaml", ".yml"))
    if len(boards) == 1:
        return boards[0], rest
    there = f"there are {', '.join(path.name for path in boards)}" if boards else "there is none here"
    raise InputError(f"Say which storyboard is meant, before everything else: {there}.")


def assignments(sets: Sequence[str]) -> dict[str, str]:
    """What `--set` gives."""
    variables = {}
    for written in sets:
        name, equals, value = written.partition("=")
        if not equals:
            raise InputError(f"--set {written!r}: write it as name=value.")
        variables[name.strip()] = value
    return variables
