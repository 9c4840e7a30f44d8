"""YAML 1.2 text to a tree of placed nodes, in bounded time and memory.

ruamel.yaml's event stream is used and not its loader: events come one by one, so that a bomb is refused at the
cap and not after it went off, and no tag can construct anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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


class _Composer:
    def __init__(self, lines: tuple[str, ...], path: Path | None) -> None:
        self.lines = lines
        self.path = path
        self.issues: list[Issue] = []
        self.count = 0

    def issue(self, message: str, line: int, column: int) -> Issue:
        shown = self.lines[line] if line < len(self.lines) else ""
        return Issue(message, path=self.path, line=line + 1, column=column + 1, source_line=shown[:200])

    def compose(self, text: str) -> tuple[SourceMap, list[Issue]]:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError
        from ruamel.yaml.reader import ReaderError

        yaml = YAML(typ="safe", pure=True)
        try:
            root = self._walk(yaml.parse(text))
        except MarkedYAMLError as exc:
            mark = exc.problem_mark or exc.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            raise StoryboardError([self.issue(_said(exc, self.lines, line), line, column)]) from exc
        except ReaderError as exc:
            line = text.count("\n", 0, exc.position)
            column = exc.position - (text.rfind("\n", 0, exc.position) + 1)
            code = exc.character if isinstance(exc.character, int) else ord(str(exc.character)[:1] or "\0")
            message = f"the control character U+{code:04X} may not stand in a storyboard."
            raise StoryboardError([self.issue(message, line, column)]) from exc
        except (YAMLError, ValueError, RecursionError) as exc:
            raise StoryboardError([Issue(f"this is not YAML: {exc}", path=self.path)]) from exc
        return SourceMap(root, self.lines), self.issues

    def _walk(self, events: Iterable[Any]) -> Node:
        from ruamel.yaml import events as kinds

        anchors: dict[str, tuple[Node, int]] = {}
        stack: list[tuple[Node, str | None, int]] = []
        waiting: list[ScalarNode | None] = []
        root: Node | None = None
        documents = 0

        for event in events:
            mark = event.start_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            node: Node
            match event:
                case kinds.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise self._refuse(
                            "a storyboard is one YAML document: remove everything after '---'.", line, 0
                        )
                    continue
                case kinds.SequenceEndEvent() | kinds.MappingEndEvent():
                    node, anchor, before = stack.pop()
                    waiting.pop()
                    if anchor:
                        anchors[anchor] = (node, self.count - before)
                    if not stack:
                        root = node
                    continue
                case kinds.AliasEvent():
                    if event.anchor not in anchors:
                        raise self._refuse(
                            f"there is no complete '&{event.anchor}' before this.", line, column
                        )
                    node, size = anchors[event.anchor]
                    self._counted(size, line, column)
                case kinds.ScalarEvent():
                    self._no_tag(event.tag, line, column)
                    self._counted(1, line, column)
                    node = ScalarNode(line, column, str(event.value), plain=event.style in (None, ""))
                    if event.anchor:
                        anchors[event.anchor] = (node, 1)
                    if not stack:
                        root = node
                case kinds.SequenceStartEvent() | kinds.MappingStartEvent():
                    self._no_tag(event.tag, line, column)
                    is_list = isinstance(event, kinds.SequenceStartEvent)
                    node = ListNode(line, column) if is_list else MapNode(line, column)
                    before = self.count
                    self._counted(1, line, column)
                    if len(stack) >= MAX_DEPTH:
                        raise self._refuse(f"this is nested more than {MAX_DEPTH} deep.", line, column)
                    self._put(stack, waiting, node, line, column)
                    stack.append((node, event.anchor, before))
                    waiting.append(None)
                    continue
                case _:
                    continue
            if stack:
                self._put(stack, waiting, node, line, column)
        return root if root is not None else ScalarNode(0, 0, "", plain=True)

    def _put(
        self,
        stack: list[tuple[Node, str | None, int]],
        waiting: list[ScalarNode | None],
        node: Node,
        line: int,
        column: int,
    ) -> None:
        if not stack:
            return
        parent = stack[-1][0]
        if isinstance(parent, ListNode):
            parent.items.append(node)
            return
        assert isinstance(parent, MapNode)
        key = waiting[-1]
        if key is None:
            if not isinstance(node, ScalarNode):
                raise self._refuse(
                    "a key must be a word, not a list or a mapping (is a quote missing?).", line, column
                )
            if node.plain and node.text == "<<":
                raise self._refuse(
                    "'<<' is not part of YAML 1.2: put what shots share under 'defaults'.", line, column
                )
            waiting[-1] = ScalarNode(line, column, node.text, node.plain)
            return
        waiting[-1] = None
        if key.text in parent.entries:
            first = parent.entries[key.text][0].line + 1
            self.issues.append(
                self.issue(
                    f"'{key.text}' is here twice (first in line {first}): keep one.", key.line, key.column
                )
            )
            return
        parent.entries[key.text] = (key, node)

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


def _said(exc: Exception, lines: tuple[str, ...], line: int) -> str:
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
