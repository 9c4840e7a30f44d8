"""Model files: what ships, what overrides, what is refused."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.errors import PresetError
from stitcher.generation.models import Models, load_models
from stitcher.preset_files import package_folder

SHIPPED = sorted(path for path in (package_folder() / "models").glob("*.toml") if path.stem != "retired")


def test_the_models_of_the_service_are_there(models: Models) -> None:
    assert {"gen4_turbo", "gen4.5", "aleph2", "gen4_image", "gen4_image_turbo"} <= set(models.known)
    assert "magnific_video_upscaler_creative" in models.names("upscale")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_number_says_where_it_was_read(path: Path) -> None:
    data = tomllib.loads(path.read_text())
    for key, part in data.items():
        if isinstance(part, dict) and key not in ("sources", "options", "resolutions", "fixed"):
            assert part.get("source") in data["sources"], f"{key} cites no source"


@pytest.mark.parametrize("name", ["gen4", "gen4_aleph", "upscale_v1", "gen3a_turbo", "veo3"])
def test_a_retired_name_says_what_took_its_place(models: Models, name: str) -> None:
    with pytest.raises(PresetError, match="is retired; use ") as caught:
        models.get(name)
    assert any(now in str(caught.value) for now in models.known)


def test_every_replacement_exists(models: Models) -> None:
    assert all(now in models.known for gone in models.retired.values() for now in gone.replaced_by)


def test_no_retired_model_is_known(models: Models) -> None:
    assert not set(models.retired) & set(models.known)


def test_a_slip_of_the_pen_is_answered_with_the_nearest_name(models: Models) -> None:
    with pytest.raises(PresetError, match="Did you mean gen4_turbo"):
        models.get("gen4_trubo", "video")


def test_an_unknown_name_is_answered_with_all_that_fit(models: Models) -> None:
    with pytest.raises(PresetError, match=r"There are: .*gen4_turbo") as caught:
        models.get("sora-9000-xyz", "video")
    assert "gen4_image" not in str(caught.value)


def test_a_model_for_something_else_is_refused(models: Models) -> None:
    with pytest.raises(PresetError, match="gen4_image makes a still"):
        models.get("gen4_image", "video")


def test_a_gen4_take_has_as_many_frames_as_were_counted(models: Models) -> None:
    output = models.get("gen4_turbo").output
    assert output.frames(Fraction(5)) == 121
    assert output.frames(Fraction(10)) == 242


def test_a_length_nobody_measured_is_not_guessed(models: Models) -> None:
    assert models.get("veo3.1").output.frames(Fraction(8)) is None


@pytest.mark.parametrize(
    ("height", "name"),
    [
        ("720p", "720p"),
        ("1080p", "1k"),
        ("1440p", "2k"),
        ("2160p", "4k"),
        ("4k", "4k"),
        ("2k", "2k"),
        ("900p", None),
    ],
)
def test_a_height_becomes_the_services_own_word(models: Models, height: str, name: str | None) -> None:
    assert models.get("magnific_video_upscaler_creative").resolution_for(height) == name


def test_a_projects_file_overrides_a_price(tmp_path: Path) -> None:
    folder = tmp_path / "presets" / "models"
    folder.mkdir(parents=True)
    text = (package_folder() / "models" / "gen4_turbo.toml").read_text()
    (folder / "gen4_turbo.toml").write_text(text.replace("credits = 5", 'credits = "6.5"'))
    models = load_models(project=tmp_path, environ={"STITCHER_PRESETS": "/nonexistent"})
    assert models.get("gen4_turbo").price.credits == Fraction(13, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("credits = 5", "credits = 0.7"), "price.credits: .*decimal in quotes"),
        (("max_utf16", "max_utf17"), "max_utf17: there is no such key; did you mean 'max_utf16'"),
        (('"1280:720"', '"1280x720"'), "is not a size"),
        (("max = 10\n", ""), "either min and max, or allowed"),
        (('source = "pricing"', 'source = "hearsay"'), "price cites 'hearsay'"),
        (('name = "gen4_turbo"', 'name = "gen4"'), "the file is called 'gen4_turbo'"),
        (("model = 1", "model = 2"), "model"),
        (('endpoint = "image_to_video"', 'endpoint = "../keys"'), "endpoint"),
    ],
    ids=["float", "unknown key", "ratio", "half a range", "source", "name", "version", "endpoint"],
)
def test_a_bad_file_is_refused_with_its_key(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    folder = tmp_path / "presets" / "models"
    folder.mkdir(parents=True)
    text = (package_folder() / "models" / "gen4_turbo.toml").read_text()
    assert change[0] in text
    (folder / "gen4_turbo.toml").write_text(text.replace(*change))
    with pytest.raises(PresetError, match=message):
        load_models(project=tmp_path, environ={"STITCHER_PRESETS": "/nonexistent"})
