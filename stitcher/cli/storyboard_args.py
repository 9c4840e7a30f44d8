"""The storyboard a command was given, with its variables put in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli.output import use_board
from stitcher.errors import InputError, PresetError

if TYPE_CHECKING:
    from stitcher.storyboard.model import Storyboard


def read_board(path: Path, sets: Sequence[str] | None, variables_file: Path | None) -> Storyboard:
    """The storyboard, variables from `--vars` and then `--set` put in, `${env.NAME}` from the environment.

    Raises what `workflow.load` raises, and `InputError` for a `--set` that nothing in the storyboard asks for.
    """
    from stitcher import workflow

    use_board(path)
    variables = _Asked(read_variables(sets, variables_file))
    board = workflow.load(path, variables=variables, environment=os.environ)
    for written in sets or ():
        name = written.partition("=")[0].strip()
        if name not in variables.asked:
            from stitcher.storyboard.suggest import did_you_mean

            hint = did_you_mean(name, variables.asked) or "; correct the name, or leave it away."
            raise InputError(f"--set {name}: nothing in {str(path)!r} asks for ${{{name}}}{hint}")
    return board


class _Asked(dict[str, str]):
    """Variables that remember which of them were put in somewhere."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)


def named_first(words: Sequence[str] | None) -> tuple[Path, list[str]]:
    """The storyboard at the head of a command's words, or the current folder's, and the other words.

    So that what messages advise (`stitcher adopt door TASK`) can be typed as it stands. Raises `InputError` where it
    is not clear which storyboard is meant.
    """
    given = list(words or ())
    if given and given[0].lower().endswith((".yaml", ".yml")):
        return Path(given[0]), given[1:]
    usual = Path("storyboard.yaml")
    if usual.is_file():
        return usual, given
    found = sorted(path for path in Path().glob("*.y*ml") if path.suffix in (".yaml", ".yml"))
    if len(found) == 1:
        return found[0], given
    there = f"there are {', '.join(path.name for path in found)}" if found else "there is none here"
    raise InputError(f"Say which storyboard is meant, before everything else: {there}.")


def read_variables(sets: Sequence[str] | None, variables_file: Path | None) -> dict[str, str]:
    """Variables by name; `--set` wins over the file. Raises `InputError` for what is no `name=value`."""
    from stitcher.storyboard.variables import check_variable_name, load_variables

    variables = load_variables(variables_file) if variables_file is not None else {}
    for written in sets or ():
        name, equals, value = written.partition("=")
        if not equals:
            raise InputError(f"--set {written!r}: write it as name=value.")
        variables[check_variable_name(name.strip())] = value
    return variables


@contextmanager
def told_where(board: Storyboard, preset: str) -> Iterator[None]:
    """Add to what is wrong with a preset where the storyboard names it, if it does."""
    try:
        yield
    except PresetError as exc:
        for number, delivery in enumerate(board.deliver):
            if delivery.preset == preset:
                raise PresetError(str(board.issue(("deliver", number, "preset"), str(exc)))) from exc
        raise


def project_here() -> Path | None:
    """The folder a command without a storyboard looks for presets in: the current one.

    In stitcher's own checkout there are only the package's, which would be told to override themselves.
    """
    from stitcher.preset_files import package_folder

    here = Path.cwd()
    return None if (here / "presets").resolve() == package_folder() else here


def take_notes(board: Storyboard) -> tuple[str, ...]:
    """Which takes in the film no longer match the storyboard, one sentence each."""
    from stitcher.generation.paths import ledger_path

    if board.path is None or not ledger_path(board.path.parent).exists():
        return ()
    from stitcher.generation.generate import film_drifts

    return tuple(map(str, film_drifts(board)))


def board_notes(board: Storyboard) -> tuple[str, ...]:
    """What the storyboard asks for and this version does not do, one sentence each."""
    from stitcher.timeline.layout import layout_notes

    notes = list(layout_notes(board))
    editors = [delivery.editor for delivery in board.deliver if delivery.editor is not None]
    notes += [
        f"Handing over to the editor {name!r} is not in this version." for name in dict.fromkeys(editors)
    ]
    return tuple(notes)
