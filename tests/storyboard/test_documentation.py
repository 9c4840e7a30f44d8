"""The reference says what the models say: every key, no other, and every example loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stitcher.storyboard import model
from stitcher.storyboard.base import StoryboardModel
from stitcher.storyboard.hints import written_keys
from stitcher.storyboard.load import parse
from stitcher.storyboard.schema import json_schema
from stitcher.storyboard.template import starter_storyboard

REFERENCE = (Path(__file__).parents[2] / "docs" / "storyboard.md").read_text(encoding="utf-8")
_CLASSES = [
    value for value in vars(model).values() if isinstance(value, type) and issubclass(value, StoryboardModel)
]
PARTS = sorted(set(_CLASSES) - {StoryboardModel}, key=lambda part: part.__name__)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_a_part_is_documented_and_no_other(part: type[StoryboardModel]) -> None:
    section = re.search(rf"^## {part.__name__}\n(.*?)(?=^## |\Z)", REFERENCE, re.DOTALL | re.MULTILINE)
    assert section, f"{part.__name__} has no section"
    assert sorted(re.findall(r"^\| `(\w+)` \|", section[1], re.MULTILINE)) == sorted(written_keys(part))


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_loads(example: str) -> None:
    variables = {"client": "Sea", "fps": "24"}
    assert parse(example, variables=variables, environment={"BRAND_FOLDER": "/brand"}).shots


def test_links_lead_to_sections() -> None:
    titles = {title.lower() for title in re.findall(r"^## (.+)$", REFERENCE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(\w+)\)", REFERENCE)) <= titles


class TestSchema:
    """What language servers complete from."""

    def test_describes_every_key(self) -> None:
        schema = json_schema()
        for name, part in (("", schema), *schema["$defs"].items()):
            for key, field in part["properties"].items():
                assert field.get("description") or name == "Effect", f"{name}.{key}"

    def test_refuses_unknown_keys_but_for_effects(self) -> None:
        open_parts = [
            n for n, part in json_schema()["$defs"].items() if part.get("additionalProperties") is not False
        ]
        assert open_parts == ["Effect"]

    def test_has_every_key_of_the_models(self) -> None:
        schema = json_schema()
        for part in PARTS:
            found = schema if part is model.Storyboard else schema["$defs"][part.__name__]
            assert list(found["properties"]) == list(written_keys(part))

    def test_knows_no_null(self) -> None:
        assert "null" not in repr(json_schema())

    def test_takes_shorthands_and_variables(self) -> None:
        defs = json_schema()["$defs"]
        assert defs["Shot"]["properties"]["transition"]["anyOf"][0]["type"] == "string"
        assert {"integer", "string"} == {
            option["type"] for option in defs["Shot"]["properties"]["seed"]["anyOf"]
        }


class TestStarter:
    """The storyboard of a new project."""

    @pytest.mark.parametrize("title", ["My film", 'A "quoted": one', "# no comment", "Tiếng Việt", "${x}"])
    def test_loads_under_any_title(self, title: str) -> None:
        board = parse(starter_storyboard(title))
        assert board.title == title

    def test_begins_with_the_language_servers_line(self) -> None:
        assert starter_storyboard("x").startswith("# yaml-language-server: $schema=storyboard.schema.json\n")

    def test_loads_with_its_comments_taken_away(self) -> None:
        lines = starter_storyboard("x").replace("sound: []", "sound:").splitlines()
        text = "\n".join(re.sub(r"^(\s+)# (?=[- ])", r"\1", line) for line in lines)
        assert [shot.id for shot in parse(text).shots] == ["opening", "harbour", "end"]
