"""The animatic, and the provider that the documentation shows, keep to what every provider keeps to."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import stitcher
from stitcher.errors import ProviderConfig
from stitcher.generation import registry
from stitcher.generation.animatic import AnimaticProvider
from stitcher.generation.provider import Asset, Expected, Provider, Submission
from stitcher.generation.start_images import measure_still
from tests.generation.documented import documented_python
from tests.generation.provider_contract import ProviderContract


class _Small(ProviderContract):
    @pytest.fixture
    def take(self, tmp_path: Path) -> Submission:
        still = tmp_path / "start.png"
        Image.linear_gradient("L").resize((160, 96)).convert("RGB").save(still)
        measured = measure_still(still)
        start = {"uri": Asset(still, measured.sha256, "image/png"), "position": "first"}
        body = {"model": "gen4_turbo", "promptImage": (start,), "ratio": "160:96", "duration": 2}
        return Submission("image_to_video", body, "shot a take 1")

    @pytest.fixture
    def expected(self) -> Expected:
        return Expected("video", frames=49, size=(160, 96))


class TestAnimatic(_Small):
    @pytest.fixture
    def provider(self) -> Provider:
        return AnimaticProvider()


class TestDocumented(_Small):
    @pytest.fixture
    def provider(self) -> Provider:
        return documented()


def documented() -> Provider:
    made = documented_python("SketchProvider")["SketchProvider"]()  # type: ignore[operator]  # a class, as the document says
    assert isinstance(made, Provider)
    return made


class _Point:
    name, value = "sketch", "my_package:SketchProvider"

    def load(self) -> object:
        return documented


@pytest.mark.slow
def test_a_provider_of_another_package_makes_a_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "entry_points", lambda group: [_Point()])
    Image.new("RGB", (1280, 720), "teal").save(tmp_path / "s.png")
    (tmp_path / "b.yaml").write_text(
        'stitcher: 1\nformat: {ratio: "1280:720", fps: 24}\ndefaults: {duration: 2}\nshots:\n'
        "  - {id: a, start: s.png, prompt: x}\n  - {id: b, start: previous, prompt: y}\n"
    )
    board = stitcher.load(tmp_path / "b.yaml")
    made = stitcher.generate(board, provider="sketch")
    assert [take.file for take in made.takes] == ["takes/a/1.sketch.mp4", "takes/b/1.sketch.mp4"]
    assert [item.shot for item in stitcher.lay_out(board).items] == ["a", "b"]


def test_an_unknown_provider_is_refused_naming_those_there_are() -> None:
    with pytest.raises(ProviderConfig, match="animatic, runway"):
        registry.find_provider("nobody")
