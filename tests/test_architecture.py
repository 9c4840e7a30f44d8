"""Which room may know which: docs/architecture.md held against the imports of every module."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.imports import ROOT, imports_of, modules, nodes_of, tree_of

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def room_of(module: str) -> str:
    """`stitcher.media.frames` is in the room `media`; a module at the root is a room of its own."""
    return module.split(".")[1]


MODULES = sorted(modules().keys() - {"stitcher", "stitcher.__main__"})
ROOMS = sorted({room_of(module) for module in MODULES})


def rooms_known(room: str) -> set[str]:
    """The rooms a room imports from, for types too."""
    imported = {
        other for module in MODULES if room_of(module) == room for other in imports_of(module, types=True)
    }
    return {room_of(other) for other in imported if other.startswith("stitcher.")} - {room}


def documented() -> dict[str, set[str]]:
    """The table under "Who may know whom"."""
    table = TEXT.split("## Who may know whom")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)/?` \| .* \| ([^|]*) \|$", table, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", names)) for room, names in rows}


def test_every_room_has_a_row_and_every_row_a_room() -> None:
    assert sorted(documented()) == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_just_the_rooms_of_its_row(room: str) -> None:
    assert rooms_known(room) == documented()[room], f"docs/architecture.md, row `{room}`"


def test_rooms_know_only_rooms_above_them_so_they_form_no_circle() -> None:
    order = list(documented())
    assert {room: known - {*order[: order.index(room)]} for room, known in documented().items()} == {
        room: set() for room in order
    }


def test_modules_form_no_circle() -> None:
    try:
        TopologicalSorter({module: {*imports_of(module)} & {*MODULES} for module in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("subprocess", {"media"}),
        ("av", {"media"}),
        ("httpx", {"generation"}),
        ("sqlite3", {"generation"}),
        ("ruamel", {"storyboard"}),
        ("typer", {"cli"}),
    ],
)
def test_a_library_is_used_in_its_room_only(library: str, rooms: set[str]) -> None:
    users = {
        room_of(module)
        for module in MODULES
        if any(name.split(".")[0] == library for name in imports_of(module))
    }
    assert users == rooms


@pytest.mark.parametrize("module", [name for name in MODULES if room_of(name) not in {"media", "standin"}])
def test_only_media_opens_media_files(module: str) -> None:
    # `standin` looks at pictures with Pillow alone, as the service does that it stands in for.
    assert not re.search(r"\b(?:av|Image)\.open\(", modules()[module].read_text(encoding="utf-8"))


def test_only_the_command_line_knows_the_command_line() -> None:
    assert {room for room in ROOMS if "cli" in rooms_known(room)} == set()


@pytest.mark.parametrize(("room", "name"), sorted(set(re.findall(r"`([a-z_]+)\.([a-z_]+)`", TEXT))))
def test_the_document_names_modules_that_exist(room: str, name: str) -> None:
    """Files it names are looked for in tests/test_docs.py; this is `room.module`."""
    if f"stitcher.{room}.__init__" in modules() or any(
        other.startswith(f"stitcher.{room}.") for other in MODULES
    ):
        assert f"stitcher.{room}.{name}" in MODULES


def public_classes() -> dict[str, set[str]]:
    """Names of classes, and the rooms that have one."""
    found: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for node in nodes_of(module):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                assert room_of(module) not in found[node.name], f"{module} has a second {node.name}"
                found[node.name].add(room_of(module))
    return found


TWINS = {"CaptionStyle", "Cue", "Effect", "GainKey", "Marker", "PictureOverlay", "Transition"}
"""What is written in a storyboard, and the same thing laid out."""


def test_a_class_name_stands_for_one_thing() -> None:
    doubled = {name: rooms for name, rooms in public_classes().items() if len(rooms) > 1}
    assert doubled.keys() == TWINS
    assert all("storyboard" in rooms and len(rooms) == 2 for rooms in doubled.values())


def test_a_twin_is_called_as_written_outside_the_storyboard() -> None:
    taken = {
        (module, node.module, alias.name)
        for module in MODULES
        if room_of(module) != "storyboard"
        for node in nodes_of(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stitcher.storyboard")
        for alias in node.names
        if alias.name in TWINS
    }
    assert taken == set()


def test_no_function_is_longer_than_a_screen() -> None:
    lines = {
        f"{module}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for module in MODULES
        for node in nodes_of(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: count for name, count in lines.items() if count > 60} == {}


def test_a_module_says_in_its_first_line_what_it_is() -> None:
    trees = {module: tree_of(module) for module in MODULES}
    assert [module for module, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []
