"""Every format that comes with stitcher keeps to what every exporter keeps to, and formats are found by name."""

from __future__ import annotations

import sys

import pytest

from stitcher.errors import ExtraMissing, PresetError
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.registry import exporter_names, find_exporter
from tests.exporters.exporter_contract import ExporterContract

SLOW = {"aaf"}
"""Whose files take a second each, however small."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in exporter_names()]
)
class TestExporters(ExporterContract):
    @pytest.fixture
    def exporter(self, name: str) -> Exporter:
        return find_exporter(name)


def test_a_format_whose_extra_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (
        "aaf2",
        "stitcher.exporters.aaf",
        "stitcher.exporters.aaf_media",
        "stitcher.exporters.aaf_parts",
    ):
        monkeypatch.setitem(sys.modules, module, None)
        if module != "aaf2":
            monkeypatch.delitem(sys.modules, module)
    with pytest.raises(
        ExtraMissing, match=r"'aaf' is written with pyaaf2, .* `pip install 'stitcher-film\[aaf\]'`"
    ):
        find_exporter("aaf")


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(PresetError, match=r"There is no format 'avi'; there are .*edl"):
        find_exporter("avi")
