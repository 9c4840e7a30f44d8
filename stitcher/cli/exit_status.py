"""How a command can end other than well, as values: what is said, with which exit code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stitcher.errors import ErrorDetails, Interrupted, Issue, StitcherError

USAGE = 64
BUG = 70
BROKEN_PIPE = 141
"""What a shell reports of a program that was ended by a closed pipe."""


_CHOICE = re.compile(r"'(?P<given>[^']*)' is not one of (?P<known>'.+')")


class ReportedStatus(int):
    """An exit code of which everything has been said."""


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """What to say about a command that did not end well."""

    kind: str
    """The class of the error, or `Usage`, `Bug`, `Interrupted`."""
    message: str
    exit_code: int
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    """More for machines: the path, the argument list, the log."""


INTERRUPTED = ExitStatus(
    "Interrupted", "Stopped on request; run the same again to go on.", Interrupted.exit_code
)
"""The ending for Ctrl-C outside a render."""


_FACTS = (
    *("path", "argv", "code", "reason", "log", "stderr_tail", "status", "holder", "shots"),
    *ErrorDetails.__annotations__,
)
"""Attributes of errors that machines are told."""


def expected(error: StitcherError) -> ExitStatus:
    """The ending for an error raised on purpose."""
    facts: dict[str, object] = {}
    for name in _FACTS:
        value = getattr(error, name, None)
        if value not in (None, ()):
            facts[name] = str(value) if isinstance(value, Path) else value
    return ExitStatus(
        kind=type(error).__name__,
        message=str(error),
        exit_code=error.exit_code,
        notes=tuple(getattr(error, "__notes__", ())),
        issues=getattr(error, "issues", ()),
        facts=facts,
    )


def usage(error: Exception) -> ExitStatus:
    """The ending for a command line that is not one of ours."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "stitcher") or "stitcher"
    if not message:
        # Typer prints the help itself where no argument at all was given.
        return ExitStatus("Usage", "", USAGE)
    message = _with_guess(message.replace("Value error, ", ""))
    message = message if message.endswith((".", "?", ")")) else f"{message}."
    return ExitStatus("Usage", f"{message} '{path} --help' explains.", USAGE)


def _with_guess(message: str) -> str:
    """The message, with the word that was meant where it names those that may be given."""
    if (choice := _CHOICE.search(message)) is None:
        return message
    from stitcher.storyboard.suggest import nearest

    meant = nearest(choice["given"], re.findall(r"'([^']+)'", choice["known"]))
    return message if meant is None else f"{message.rstrip('.')}; did you mean {meant!r}?"


def bug(error: Exception, arguments: Sequence[str]) -> ExitStatus:
    """The ending for an error nobody expected; leaves a log and says where."""
    import traceback

    from stitcher.media.logs import write_log

    log = write_log((f"arguments: {list(arguments)!r}", "", *traceback.format_exception(error)))
    where = f" The details are in {str(log)!r}." if log else ""
    message = (
        f"This is a bug in stitcher, not something you did: {type(error).__name__}: {_one_line(error)}.{where} "
        "Please report it with that text; films that were there before are untouched."
    )
    return ExitStatus("Bug", message, BUG, facts={"log": str(log)} if log else {})


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:300].rstrip(".") or "no reason given"
