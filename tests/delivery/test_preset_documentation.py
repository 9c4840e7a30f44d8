"""What `docs/how-to/presets.md` says of preset files is what preset files are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from stitcher.delivery.load import list_loudness, list_presets
from stitcher.delivery.loudness import LoudnessRow
from stitcher.delivery.preset import Citation, Preset

DOCUMENT = (Path(__file__).parents[2] / "docs" / "how-to" / "presets.md").read_text(encoding="utf-8")


def _types(annotation: object) -> Iterator[object]:
    """An annotation and everything it is a union, a sequence or a citation of."""
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)


def _model(key: str, parent: type[BaseModel] = Preset) -> type[BaseModel]:
    """The model of the table under a key."""
    [model] = [
        one
        for one in _types(parent.model_fields[key].annotation)
        if isinstance(one, type) and issubclass(one, BaseModel)
    ]
    return model


def _fields(model: type[BaseModel]) -> dict[str, bool]:
    """The keys of a model, with whether their values may be cited."""
    return {
        name: any(getattr(one, "__origin__", one) is Citation for one in _types(field.annotation))
        for name, field in model.model_fields.items()
    }


def _documented(heading: str) -> dict[str, bool]:
    """The keys in the table under a heading, with whether they are marked as such."""
    [section] = re.findall(rf"^##+ {heading}\n(.*?)(?=^##|\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    cells = re.findall(r"^\| (`[^|]*?) \|", section, re.MULTILINE)
    return {name: "✎" in cell for cell in cells for name in re.findall(r"`(\w+)`", cell)}


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("Top level", Preset),
        ("Picture", _model("picture")),
        ("Sound", _model("sound")),
        ("Limits", _model("limits")),
        ("Finish", _model("finish")),
        ("Rendition", _model("ladder", _model("finish"))),
        ("Sources", _model("sources")),
        ("A loudness target", LoudnessRow),
    ],
)
def test_every_key_is_documented_and_no_other(heading: str, model: type[BaseModel]) -> None:
    assert _documented(heading) == _fields(model)


def test_every_part_of_a_cited_value_is_documented_and_no_other() -> None:
    assert set(_documented("How values are written")) == {part.name for part in dataclasses.fields(Citation)}


def test_the_examples_are_presets_that_are_found_beside_a_storyboard(tmp_path: Path) -> None:
    for name, body in re.findall(
        r'^```toml title="([\w.]+)"\n(.*?)^```$', DOCUMENT, re.MULTILINE | re.DOTALL
    ):
        section = "delivery" if "[picture]" in body else "loudness"
        (tmp_path / "presets" / section).mkdir(parents=True)
        (tmp_path / "presets" / section / name).write_text(body)
    presets = {preset.name: found.origin for found, preset in list_presets(project=tmp_path)}
    targets = {row.name: found.origin for found, row in list_loudness(project=tmp_path)}
    assert (presets["festival"], targets["cinema"]) == ("project", "project")
