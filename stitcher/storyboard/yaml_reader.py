"""YAML 1.2 text to a tree of placed nodes, in bounded time and memory.

ruamel.yaml's event stream is used and not its loader: events come one by one, so that a bomb is refused at the
cap and not after it went off, and no tag can construct anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitcher.errors import Issue, MediaMissing, StoryboardError
from stitcher.storyboard.source_map import ListNode, MapNode, Node, ScalarNode, SourceMap

MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 60_000
MAX_NODES = 60_000
MAX_DEPTH = 24
MAX_LINE = 100_000
_MAX_ISSUES = 100

_LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""Where ruamel.yaml begins a new line, so that its line numbers and ours agree."""


def read_document(path: Path, what: str = "the storyboard") -> str:
    """The text of a YAML file; refuses what is not a regular file, above `MAX_BYTES`, or not UTF-8."""
    try:
        if not path.is_file():
            reason = "is not there" if not path.exists() else "is not a regular file"
            raise MediaMissing(path, f"{what} {reason}.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise MediaMissing(path, f"{what} cannot be read: {exc.strerror or exc}.") from exc
    except ValueError as exc:
        raise MediaMissing(path, f"is not a path: {exc}.") from exc
    if len(data) > MAX_BYTES:
        raise StoryboardError([_too_much(path, f"is larger than {MAX_BYTES // 1024 // 1024} MB")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        message = f"this is not UTF-8 text (byte 0x{data[exc.start]:02x}): save the file as UTF-8."
        raise StoryboardError([Issue(message, path=path, line=line)]) from exc


def parse_document(text: str, path: Path | None) -> tuple[SourceMap, list[Issue]]:
    """The nodes of a YAML text, and what is wrong with it short of being unreadable (doubled keys).

    Raises `StoryboardError` for text that is no YAML, uses tags or several documents, or is above a cap.
    """
    if len(text) > MAX_BYTES:
        raise StoryboardError([_too_much(path, f"is larger than {MAX_BYTES // 1024 // 1024} MB")])
    lines = tuple(_LINE_END.split(text, MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        raise StoryboardError([_too_much(path, f"has more than {MAX_LINES} lines")])
    if max(map(len, lines)) > MAX_LINE:
        raise StoryboardError([_too_much(path, f"has a line of more than {MAX_LINE} characters")])
    return _Composer(lines, path).compose(text)


def _too_much(path: Path | None, what: str) -> Issue:
    return Issue(f"this {what}, which no storyboard needs: it was not read.", path=path)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    node: ListNode | MapNode
    anchor: str | None
    count: int
    """Values before it."""
    key: ScalarNode | None = None
    """Of a mapping: the key whose value comes next."""


class _Composer:
    def __init__(self, lines: tuple[str, ...], path: Path | None) -> None:
        self.lines = lines
        self.path = path
        self.issues: list[Issue] = []
        self.count = 0
        self.documents = 0
        self.anchors: dict[str, tuple[Node, int]] = {}
        """Each complete node that has a name, and how many values it holds."""
        self.stack: list[_Open] = []
        self.root: Node = ScalarNode(0, 0, "", plain=True)

    def issue(self, message: str, line: int, column: int) -> Issue:
        shown = self.lines[line] if line < len(self.lines) else ""
        return Issue(message, path=self.path, line=line + 1, column=column + 1, source_line=shown)

    def compose(self, text: str) -> tuple[SourceMap, list[Issue]]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        yaml = YAML(typ="safe", pure=True)
        try:
            self._walk(yaml.parse(text))
        except MarkedYAMLError as exc:
            mark = exc.problem_mark or exc.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            raise StoryboardError([self.issue(_explained(exc, self.lines, line), line, column)]) from exc
        except ReaderError as exc:
            line = text.count("\n", 0, exc.position)
            column = exc.position - (text.rfind("\n", 0, exc.position) + 1)
            code = exc.character if isinstance(exc.character, int) else ord(str(exc.character)[:1] or "\0")
            message = f"the control character U+{code:04X} may not stand in a storyboard."
            raise StoryboardError([self.issue(message, line, column)]) from exc
        except (YAMLError, ValueError, RecursionError) as exc:
            raise StoryboardError([Issue(f"this is not YAML: {exc}", path=self.path)]) from exc
        return SourceMap(self.root, self.lines), self.issues

    def _walk(self, events: Iterable[Any]) -> None:
        from ruamel.yaml import events as kinds

        for event in events:
            mark = event.start_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            match event:
                case kinds.DocumentStartEvent():
                    self._begin_document(line)
                case kinds.SequenceStartEvent():
                    self._open(event, ListNode(line, column))
                case kinds.MappingStartEvent():
                    self._open(event, MapNode(line, column))
                case kinds.SequenceEndEvent() | kinds.MappingEndEvent():
                    self._close()
                case kinds.AliasEvent():
                    self._alias(event.anchor, line, column)
                case kinds.ScalarEvent():
                    self._scalar(event, ScalarNode(line, column, str(event.value), event.style in (None, "")))

    def _begin_document(self, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self._refuse("a storyboard is one YAML document: remove everything after '---'.", line, 0)

    def _open(self, event: Any, node: ListNode | MapNode) -> None:
        line, column = node.line, node.column
        self._no_tag(event.tag, line, column)
        before = self.count
        self._counted(1, line, column)
        if len(self.stack) >= MAX_DEPTH:
            raise self._refuse(f"this is nested more than {MAX_DEPTH} deep.", line, column)
        self._put(node, line, column)
        self.stack.append(_Open(node, event.anchor, before))

    def _close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = (done.node, self.count - done.count)

    def _alias(self, anchor: str, line: int, column: int) -> None:
        if anchor not in self.anchors:
            raise self._refuse(f"there is no complete '&{anchor}' before this.", line, column)
        node, size = self.anchors[anchor]
        self._counted(size, line, column)
        self._put(node, line, column)

    def _scalar(self, event: Any, node: ScalarNode) -> None:
        self._no_tag(event.tag, node.line, node.column)
        self._counted(1, node.line, node.column)
        if event.anchor:
            self.anchors[event.anchor] = (node, 1)
        self._put(node, node.line, node.column)

    def _put(self, node: Node, line: int, column: int) -> None:
        """The node into the innermost open list or mapping; line and column are where it, or its alias, stands."""
        if not self.stack:
            self.root = node
            return
        into = self.stack[-1]
        if isinstance(into.node, ListNode):
            into.node.items.append(node)
            return
        key, into.key = into.key, None
        if key is None:
            into.key = self._key(node, line, column)
        elif key.text in into.node.entries:
            first = into.node.entries[key.text][0].line + 1
            message = f"'{key.text}' is here twice (first in line {first}): keep one."
            self.issues.append(self.issue(message, key.line, key.column))
        else:
            into.node.entries[key.text] = (key, node)

    def _key(self, node: Node, line: int, column: int) -> ScalarNode:
        if not isinstance(node, ScalarNode):
            raise self._refuse(
                "a key must be a word, not a list or a mapping (is a quote missing?).", line, column
            )
        if node.plain and node.text == "<<":
            raise self._refuse(
                "'<<' is not part of YAML 1.2: put what shots share under 'defaults'.", line, column
            )
        return ScalarNode(line, column, node.text, node.plain)

    def _counted(self, size: int, line: int, column: int) -> None:
        self.count += size
        if self.count > MAX_NODES:
            raise self._refuse(
                f"this has more than {MAX_NODES} values, aliases counted in full.", line, column
            )

    def _no_tag(self, tag: object, line: int, column: int) -> None:
        if tag is not None and str(tag) not in ("", "None"):
            raise self._refuse("tags ('!…') have no meaning in a storyboard: remove it.", line, column)

    def _refuse(self, message: str, line: int, column: int) -> StoryboardError:
        return StoryboardError([*self.issues[:_MAX_ISSUES], self.issue(message, line, column)])


def _explained(exc: Exception, lines: tuple[str, ...], line: int) -> str:
    """ruamel's problem in one sentence, with the usual cause where it is known."""
    problem = str(getattr(exc, "problem", None) or "cannot be read").strip().replace("\n", " ")
    text = lines[line] if line < len(lines) else ""
    if "'\\t'" in problem or text[: len(text) - len(text.lstrip())].count("\t"):
        return "YAML is indented with spaces, and this line has a tab."
    if "mapping values are not allowed" in problem:
        return "there is a second ':' where none can be: put the text in quotes, or check the indentation."
    if "could not find expected ':'" in problem:
        return "a ':' is missing here or in the line before."
    if "expected <block end>" in problem or "expected the node content" in problem:
        return f"this line does not fit in with the lines before: check its indentation ({problem})."
    if "cannot start any token" in problem:
        return f"text that starts with a sign must be in quotes ({problem})."
    if "undefined alias" in problem:
        return f"there is no such anchor: {problem}."
    return f"this is not YAML: {problem}."
