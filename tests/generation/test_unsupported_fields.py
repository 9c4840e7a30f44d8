"""What a model has no field for is refused by name, and left out of what is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import PreflightError
from stitcher.generation.models import Models, load_models
from stitcher.generation.preflight import ProbedFiles, preflight
from tests.generation.boards import make_board, make_still

BARE = {
    "bare_video": '[start_image]\nrequired = false\npositions = ["first"]\nmin_aspect = "0.5"\nmax_aspect = "2"\n',
    "bare_image": "",
    "bare_edit": "",
}
ENDPOINTS = {"bare_video": "image_to_video", "bare_image": "text_to_image", "bare_edit": "video_to_video"}


@pytest.fixture
def models(tmp_path: Path) -> Models:
    """Every model of the package, and three that have no field at all."""
    folder = tmp_path / "presets" / "models"
    folder.mkdir(parents=True)
    for name, tables in BARE.items():
        (folder / f"{name}.toml").write_text(
            f'model = 1\nname = "{name}"\ntitle = "Bare"\nmakes = "{name[5:]}"\nendpoint = "{ENDPOINTS[name]}"\n'
            f'checked = 2026-11-28\n{tables}[price]\nper = "second"\ncredits = 1\n'
        )
    return load_models(project=tmp_path, environ={})


TAKE = "  - {{id: a, start: s.png, model: {model}{more}}}\n"
IMAGE = "  - {{id: a, start: {{image: {{prompt: y, model: {model}{more}}}}}}}\n"
EDIT = "  - {{id: a, clip: c.mp4, edit: {{prompt: y, model: {model}{more}}}{shot}}}\n"

REFUSED: list[Any] = [
    (TAKE.format(model="veo3.1", more=", duration: 4, moderation: low"), "", "veo3.1 has no setting for moderation"),
    (TAKE.format(model="veo3.1_fast", more=", duration: 4, moderation: low"), "", "veo3.1_fast has no setting for"),
    (TAKE.format(model="veo3.1", more=", duration: 4"), "defaults: {moderation: low}", "'moderation: auto' for the"),
    (TAKE.format(model="bare_video", more=", seed: 3"), "", "bare_video takes no seed"),
    (TAKE.format(model="bare_video", more=""), "defaults: {seed: 3}", "bare_video takes no seed"),
    (TAKE.format(model="bare_video", more=", duration: 4"), "", "bare_video takes no duration"),
    (TAKE.format(model="bare_video", more=", prompt: x"), "", "bare_video takes no prompt"),
    (TAKE.format(model="bare_video", more=", moderation: low"), "", "bare_video has no setting for moderation"),
    (IMAGE.format(model="bare_image", more=", seed: 3"), "", "bare_image takes no seed"),
    (IMAGE.format(model="bare_image", more=', ratio: "1280:720"'), "", "bare_image takes no ratio"),
    (IMAGE.format(model="bare_image", more=", references: [{file: s.png, tag: hero}]"), "", "takes no references"),
    (IMAGE.format(model="bare_image", more=""), "defaults: {moderation: low}", "bare_image has no setting for"),
    (EDIT.format(model="bare_edit", more=", seed: 3", shot=""), "", "bare_edit takes no seed"),
    (EDIT.format(model="bare_edit", more=", keyframes: [{file: s.png, at: 1s}]", shot=""), "", "takes no key frames"),
    (EDIT.format(model="bare_edit", more="", shot=""), "defaults: {moderation: low}", "bare_edit has no setting for"),
]  # fmt: skip


@pytest.mark.parametrize(("shots", "head", "said"), REFUSED)
def test_it_is_refused_by_name(models: Models, shots: str, head: str, said: str) -> None:
    board = make_board(shots, head)
    found = preflight(board, models, ProbedFiles({Path("/project/s.png"): make_still("s.png")}))
    with pytest.raises(PreflightError, match=said):
        found.require()


TAKEN_BACK = 'format: {ratio: "1280:720"}\ndefaults: {moderation: low}'


def test_a_shot_may_take_back_what_the_defaults_ask(models: Models) -> None:
    shots = TAKE.format(model="veo3.1", more=", duration: 4, moderation: auto")
    found = preflight(make_board(shots, TAKEN_BACK), models)
    assert found.issues == ()


def test_a_level_a_model_does_not_know_is_refused(models: Models) -> None:
    known = models.known["gen4_turbo"]
    assert known.moderation is not None
    only = known.model_copy(update={"moderation": known.moderation.model_copy(update={"levels": ("auto",)})})
    changed = Models({**models.known, "gen4_turbo": only}, models.retired)
    found = preflight(make_board(TAKE.format(model="gen4_turbo", more=", moderation: low"), ""), changed)
    assert "gen4_turbo knows the moderation auto, not low" in found.issues[0].message
