"""The source map of a YAML text: a tree of nodes with line and column, and a finder over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stitcher.errors import Issue

Location = Sequence[str | int]
"""Keys and indices from the top of the document: `("shots", 2, "transition", "kind")`."""


@dataclass(slots=True)
class Node:
    """A value in the text. Line and column count from 0."""

    line: int
    column: int


@dataclass(slots=True)
class ScalarNode(Node):
    """A text as written, before it is read as a number or a truth value."""

    text: str
    plain: bool
    """Without quotes, so that it may be a number or a truth value."""


@dataclass(slots=True)
class ListNode(Node):
    """A sequence."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class MapNode(Node):
    """A mapping, in order, keys as written; only the first of doubled keys is kept."""

    entries: dict[str, tuple[ScalarNode, Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Finds the line of a location."""

    root: Node
    lines: tuple[str, ...]

    def find(self, location: Location, *, key: bool = False) -> tuple[int, int, str]:
        """Line and column (1-based) and the line's text, of the value or, with `key`, of its key.

        A location that does not exist is answered with the nearest mapping or list around it.
        """
        node, here = self.root, self.root
        for step in location:
            match node, step:
                case MapNode(), str() if step in node.entries:
                    here, node = node.entries[step]
                case ListNode(), int() if 0 <= step < len(node.items):
                    node = node.items[step]
                    here = node
                case _:
                    key = False
                    break
        spot = here if key else node
        return spot.line + 1, spot.column + 1, self.line_text(spot.line)

    def scalars(self, location: Location) -> Iterator[ScalarNode]:
        """The texts at a location and in it, each once; where there is no such location, those in what is around it."""
        node = self.root
        for step in location:
            match node, step:
                case MapNode(), str() if step in node.entries:
                    _, node = node.entries[step]
                case ListNode(), int() if 0 <= step < len(node.items):
                    node = node.items[step]
                case _:
                    # What is written shorter than it is meant (`transition: cut` for its kind) is one text.
                    break
        waiting, seen = [node], set[int]()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            match node:
                case ScalarNode():
                    yield node
                case ListNode():
                    waiting += reversed(node.items)
                case MapNode():
                    waiting += reversed([value for _, value in node.entries.values()])

    def placed(self, issue: Issue, path: Path | None) -> Issue:
        """The issue with the line and column of its location, in the file `path`."""
        line, column, text = self.find(issue.location, key=issue.on_key)
        return replace(issue, path=path, line=line, column=column, source_line=text)

    def line_text(self, line: int) -> str:
        """A line (0-based) of the text."""
        return self.lines[line] if line < len(self.lines) else ""
