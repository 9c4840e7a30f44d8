"""Errors of ffmpeg, parsed from its stderr: its own reason in a line or two, and a log with everything."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import IO

from stitcher.errors import DiskFull, FfmpegFailed
from stitcher.media.logs import write_log

LEVELS = ("-loglevel", "level+info")
"""Has ffmpeg say how grave each line is; a `-loglevel` that follows changes how much is said, not that."""

_ERROR_KEPT = 64 << 10
_LOG_KEPT = 4 << 20
_LINES = 3
_LINE = 240
_NO_SPACE = ("No space left on device", "Disk quota exceeded")

_LEVEL = re.compile(
    r"^(?P<who>(?:\[[^\]\n]+\] )*)\[(?P<level>quiet|panic|fatal|error|warning|info|verbose|debug|trace)\] ?",
    re.MULTILINE,
)
_ENCODERS_OWN = re.compile(r"^(x26[45]|Svt) ?\[(?P<level>error|warning|info)\]: ?", re.IGNORECASE)
_NAME = re.compile(r"\[(?:enc:|dec:)?(?:Parsed_)?(?P<name>[a-z]\w*?)(?:_\d+)? @ [^\]]*\] $")
_CONSEQUENCE = re.compile(
    r"Task finished with error|Terminating thread with|Could not open encoder before EOF|Conversion failed|"
    r"Nothing was written into output|Error sending frames to consumers|Error reinitializing filters|"
    r"Failed to configure (?:in|out)put pad|Failed to inject frame|Error while processing the decoded data|"
    r"Error opening (?:in|out)put files: |Error selecting an encoder|Error while filtering|Error muxing a packet|"
    r"Error initializing (?:output stream|filter|a simple filtergraph|complex filters)|Error while opening encoder|"
    r"Cannot open libx265 encoder|Failed to set value |Error (?:parsing|linking) |Error : |Last message repeated"
)


def without_levels(stderr_text: str) -> str:
    """What ffmpeg said, as it says it without `LEVELS`."""
    return _LEVEL.sub(lambda match: match["who"], stderr_text)


def own_reason(stderr_text: str) -> str:
    """Why ffmpeg ended, in its own words on one line, from what it said under `LEVELS`; empty where it gave no reason.

    The first thing it complained of is nearly always the cause, and what follows the wake of it.
    """
    by_level: dict[str, list[str]] = {"error": [], "warning": [], "": []}
    for line in stderr_text.splitlines():
        level, words = _read(line)
        if words:
            kept = "error" if level in ("error", "fatal", "panic") else level
            if kept in by_level:
                by_level[kept].append(words[:_LINE])
    for lines in by_level.values():
        messages = list(dict.fromkeys(lines))
        causes = [words for words in messages if not _CONSEQUENCE.search(words)] or messages
        if causes:
            # A file that decodes with a hundred complaints is not what it ended of: its last words are.
            return "; ".join([*causes[: _LINES - 1], *causes[_LINES - 1 :][-1:]])
    return ""


def _read(line: str) -> tuple[str, str]:
    """How grave a line is, empty where it does not say, and what it says, with the name of the part that says it."""
    match = _LEVEL.match(line)
    if match is None:
        match = _ENCODERS_OWN.match(line)
        who = match[1] if match is not None else None
    else:
        named = _NAME.search(match["who"])
        who = named["name"] if named is not None else None
    words = line[match.end() :] if match is not None else line
    words = " ".join(words.split()).rstrip(".!:")
    level = match["level"].lower() if match is not None else ""
    return level, f"{who}: {words}" if who and words else words


def ended_badly(
    argv: Sequence[str], code: int, stderr: IO[bytes], *, version: str, how: str = "", logged: bool = True
) -> DiskFull | FfmpegFailed:
    """The error for an ffmpeg that ended with `code`, having said `stderr`; `how` is how it ended, if not by itself.

    Unless told otherwise, a log is written with all there is to know.
    """
    tail = read_tail(stderr, _ERROR_KEPT)
    if not how and any(stderr_text in tail for stderr_text in _NO_SPACE):
        return DiskFull(
            "The disk is full (or a quota is used up) while ffmpeg was writing; make room and run again. "
            "What was there before is untouched."
        )
    if not how and code < 0:
        how = f"ffmpeg was ended by signal {-code}"
    how = how or f"ffmpeg ended with exit code {code}"
    log = None
    if logged:
        everything = read_tail(stderr, _LOG_KEPT)
        log = write_log((f"ffmpeg {version}", "", shlex.join(argv), "", f"{how}, having said:", everything))
    return FfmpegFailed(argv, code, without_levels(tail), how=how, reason=own_reason(tail), log=log)


def read_tail(stderr: IO[bytes], kept: int) -> str:
    """The last `kept` bytes of what a process wrote, as text."""
    size = stderr.seek(0, 2)
    stderr.seek(max(0, size - kept))
    return stderr.read().decode(errors="replace")
