"""Golden files: command lines that pure builders make, kept as text beside the tests, so that a review sees them.

Made again, once the change is meant, by

    UPDATE_GOLDEN=1 python -m pytest -k golden
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path


def assert_golden(path: Path, cases: Mapping[str, Sequence[str]]) -> None:
    """Compare command lines, by what they are for, with those in a golden file, or write it with `UPDATE_GOLDEN`."""
    text = "\n\n".join(f"# {name}\n{_laid_out(arguments)}" for name, arguments in cases.items()) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def _laid_out(arguments: Sequence[str]) -> str:
    """An option and its value a line, a chain of filters a line, and an encoder's own parameter a line."""
    lines: list[str] = []
    for argument in arguments:
        if argument.startswith("-") and not argument[1:2].isdigit():
            lines.append(argument)
        elif lines and lines[-1] == "-filter_complex":
            lines += [f"    {chain}" for chain in argument.split(";")]
        elif lines and lines[-1].endswith("-params"):
            lines += [f"    {pair}" for pair in argument.split(":")]
        elif lines and " " not in lines[-1] and lines[-1].startswith("-"):
            lines[-1] += f" {argument}"
        else:
            lines.append(argument)
    return "\n".join(lines)
