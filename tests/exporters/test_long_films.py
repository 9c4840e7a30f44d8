"""Films of up to two hundred shots, of every transition and at every rate, read back from each format to the frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import opentimelineio as otio
import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.fcp7_xml import Fcp7XmlExporter
from stitcher.exporters.kdenlive import KdenliveExporter
from stitcher.exporters.mlt import MltExporter
from stitcher.exporters.otio import OtioExporter
from stitcher.exporters.otio_dialects import PremiereOtioExporter
from stitcher.exporters.shotcut import ShotcutExporter
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Title
from tests.exporters import test_edl, test_fcpxml, test_kdenlive
from tests.exporters.films import RATES, long_film
from tests.exporters.mlt_reading import mlt_of, shown_by
from tests.exporters.otio_reading import expected, rows


def by_otio(exporter: Exporter, adapter: str) -> Callable[[Timeline], None]:
    def check(film: Timeline) -> None:
        text = exporter.export(handover_of(film)).files[0].content.decode()
        timeline = otio.adapters.read_from_string(text, adapter)
        assert rows(timeline.video_tracks()[0]) == expected(film)

    return check


def unsped(check: Callable[[Timeline], None]) -> Callable[[Timeline], None]:
    """An .otio counts clips of another speed on their own clock."""
    return lambda film: check(
        replace(film, items=tuple(replace(item, speed=Fraction(1)) for item in film.items))
    )


def by_mlt(exporter: Exporter) -> Callable[[Timeline], None]:
    def check(film: Timeline) -> None:
        texts = {item.shot for item in film.items if isinstance(item.source, Title)}
        found = shown_by(mlt_of(film, exporter), "V1", without=texts)
        assert found == [one for one in expected(film) if one.shot not in texts]

    return check


def by_pycmx(film: Timeline) -> None:
    assert test_edl.rows_of(film) == test_edl.expected_rows(film)


def by_fcpxmls_rules(film: Timeline) -> None:
    assert test_fcpxml.shown(film) == expected(film)


def by_kdenlives_rules(film: Timeline) -> None:
    assert test_kdenlive.shown(mlt_of(film, KdenliveExporter())) == expected(film)


CHECKS = {
    "otio": unsped(by_otio(OtioExporter(), "otio_json")),
    "otio-premiere": unsped(by_otio(PremiereOtioExporter(), "otio_json")),
    "fcp7": by_otio(Fcp7XmlExporter(), "fcp_xml"),
    "fcpxml": by_fcpxmls_rules,
    "edl": by_pycmx,
    "mlt": by_mlt(MltExporter()),
    "shotcut": by_mlt(ShotcutExporter()),
    "kdenlive": by_kdenlives_rules,
}


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("form", CHECKS)
def test_every_shot_of_a_long_film_is_read_back_to_the_frame(form: str, rate: Fraction) -> None:
    # Rates that are no whole number are those at which frames go astray.
    CHECKS[form](long_film(RATES.index(rate), rate, 200 if rate.denominator > 1 else 50))
