"""Storyboard files changed in place: entries of a list moved, taken out, put in or altered, everything else as written.

A list is cut into the lines of its entries, so that comments go with the entry they stand above, and an entry that is
not altered keeps every letter.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from stitcher.errors import InputError
from stitcher.storyboard.source_map import ListNode, MapNode
from stitcher.storyboard.write import escaped
from stitcher.storyboard.yaml_reader import parse_document

_WIDTH = 4096


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An entry of a list, as lines without their indentation."""

    lines: tuple[str, ...]
    head: tuple[str, ...] = ()
    """Comments and empty lines above it, as they stand."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> ListEntry:
        """A new entry."""
        text = _dump([_flow(escaped(dict(data)))])
        return cls(tuple(text.rstrip("\n").split("\n")))

    def altered(self, changes: Mapping[str, Any]) -> ListEntry:
        """The entry with other values for some keys; `None` takes a key out.

        Raises `InputError` where it cannot be read alone, because it has part in an anchor.
        """
        if not changes:
            return self
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        yaml = YAML(typ="rt", pure=True)
        yaml.preserve_quotes = True
        try:
            loaded = yaml.load("\n".join(self.lines) + "\n")
        except YAMLError as exc:
            raise InputError(
                f"The entry {self.lines[0][:60]!r} cannot be changed alone: write out what it takes from an anchor."
            ) from exc
        entry = loaded[0]
        for key, value in changes.items():
            if value is None:
                entry.pop(key, None)
            else:
                entry[key] = _flow(escaped(value), inner=True)
        return replace(self, lines=tuple(_dump(loaded).rstrip("\n").split("\n")))


def _dump(value: Any) -> str:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    text = io.StringIO()
    yaml.dump(value, text)
    return text.getvalue()


def _flow(value: Any, *, inner: bool = False) -> Any:
    """A value whose inner mappings stand on one line, as people write them."""
    from ruamel.yaml.comments import CommentedMap

    if not isinstance(value, Mapping):
        return value
    mapping = CommentedMap((key, _flow(part, inner=True)) for key, part in value.items())
    if inner:
        mapping.fa.set_flow_style()
    return mapping


@dataclass(slots=True)
class BoardText:
    """The text of a storyboard, of which some lists may be given other entries."""

    text: str
    path: Path
    lists: dict[str, tuple[ListEntry, ...]] = field(default_factory=dict)
    """Lists of which the entries were set, by key."""

    def entries(self, key: str) -> tuple[ListEntry, ...]:
        """The entries of a list; none where the storyboard has no such list."""
        if key in self.lists:
            return self.lists[key]
        span = self._span(key)
        return () if span is None else span.entries

    def put(self, key: str, entries: Sequence[ListEntry]) -> None:
        """Give a list other entries."""
        self.lists[key] = tuple(entries)

    def written(self) -> str:
        """The whole text."""
        lines = self.text.split("\n")
        spans = [(key, self._span(key)) for key in self.lists]
        for key, span in sorted(spans, key=lambda one: one[1].first if one[1] else len(lines), reverse=True):
            entries = self.lists[key]
            body = [*(span.key_lines if span is not None else (f"{key}:",))]
            indent = " " * (span.indent if span is not None else 2)
            for entry in entries:
                body += [*entry.head, *(f"{indent}{line}" if line else line for line in entry.lines)]
            if span is None:
                while lines and not lines[-1].strip():
                    lines.pop()
                lines += [*body, ""] if entries else [""]
            else:
                lines[span.first : span.last] = body if entries else []
        return "\n".join(lines)

    def _span(self, key: str) -> _Span | None:
        """Where a list stands in the text."""
        source, _ = parse_document(self.text, self.path)
        root = source.root
        if not isinstance(root, MapNode) or key not in root.entries:
            return None
        name, node = root.entries[key]
        lines = self.text.split("\n")
        later = [other.line for other, _ in root.entries.values() if other.line > name.line]
        last = _content_end(lines, name.line, min(later, default=len(lines)), 0)
        if not isinstance(node, ListNode):
            return None
        starts = [_dash_line(lines, item.line) for item in node.items]
        if not starts or starts[0] <= name.line or len({*starts}) < len(starts):
            return _Span(
                name.line, last, 2, (f"{key}:",), _flow_entries("\n".join(lines[name.line : last]), key)
            )
        indent = len(lines[starts[0]]) - len(lines[starts[0]].lstrip())
        entries, begins = [], name.line + 1
        for number, start in enumerate(starts):
            stop = starts[number + 1] if number + 1 < len(starts) else last
            end = _content_end(lines, start, stop, indent)
            body = tuple(line[indent:] if not line[:indent].strip() else line for line in lines[start:end])
            entries.append(ListEntry(body, tuple(lines[begins:start])))
            begins = end
        return _Span(name.line, last, indent, (lines[name.line],), tuple(entries))


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    """The line of its key."""
    last: int
    """The line after it."""
    indent: int
    key_lines: tuple[str, ...]
    entries: tuple[ListEntry, ...]


def _dash_line(lines: Sequence[str], line: int) -> int:
    """The line of the dash of an entry whose first key stands on `line`."""
    while line > 0 and not lines[line].lstrip().startswith("-"):
        line -= 1
    return line


def _content_end(lines: Sequence[str], first: int, stop: int, indent: int) -> int:
    """The line after the last one of an entry; comments and empty lines before `stop` belong to what follows."""
    end = stop
    while end - 1 > first:
        line = lines[end - 1]
        comment = line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= indent
        if line.strip() and not comment:
            break
        end -= 1
    return end


def _flow_entries(text: str, key: str) -> tuple[ListEntry, ...]:
    """The entries of a list that stands on one line."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    values = yaml.load(text)[key] or ()
    return tuple(ListEntry(tuple(_dump([value]).rstrip("\n").split("\n"))) for value in values)
