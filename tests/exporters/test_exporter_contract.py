"""Every format that comes with stitcher keeps to what every exporter keeps to, and formats are found by name."""

from __future__ import annotations

import pytest

from stitcher.errors import PresetError
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.registry import exporter_names, find_exporter
from tests.exporters.exporter_contract import ExporterContract


@pytest.mark.parametrize("name", exporter_names())
class TestExporters(ExporterContract):
    @pytest.fixture
    def exporter(self, name: str) -> Exporter:
        return find_exporter(name)


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(PresetError, match=r"There is no format 'avi'; there are .*edl"):
        find_exporter("avi")
