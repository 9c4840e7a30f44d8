"""What a module of stitcher imports, read from its source, in functions too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "stitcher"


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    names = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def tree_of(module: str) -> ast.Module:
    """A module's source, parsed."""
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def nodes_of(module: str) -> tuple[ast.AST, ...]:
    """Everything in that, whatever is around it."""
    return tuple(ast.walk(tree_of(module)))


@cache
def imports_of(module: str, *, types: bool = False) -> frozenset[str]:
    """Modules that this one imports, its own and others'; with `types` those only type checkers see, too."""
    return frozenset(_imports(tree_of(module), types=types)) - {module}


def _imports(tree: ast.AST, *, types: bool) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if not types and isinstance(node, ast.If) and _is_for_types(node):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                full = f"{node.module}.{name.name}"
                yield full if full in modules() else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        yield from _imports(node, types=types)


def _is_for_types(node: ast.If) -> bool:
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
