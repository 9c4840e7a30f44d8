"""What every exporter keeps to, whoever wrote it. Subclass `ExporterContract` and give it the fixture `exporter`."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.losses import MEANINGS
from stitcher.timeline.model import Timeline
from tests.exporters.films import DROP_RATES, RATES, film_of, films, hidden, music, spoken

SETTINGS = settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

LISTS = ("ale", "markers")
"""Formats that tell of files and markers, and of no shots."""


class ExporterContract:
    """Fixture to give: `exporter`."""

    def test_it_keeps_to_the_protocol(self, exporter: Exporter) -> None:
        assert isinstance(exporter, Exporter)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", exporter.name)

    @SETTINGS
    @given(film=films(most=6))
    def test_it_alters_nothing_names_files_safely_and_gives_the_same_bytes_again(
        self, exporter: Exporter, film: Timeline
    ) -> None:
        handover = handover_of(film)
        before = copy.deepcopy(handover)
        export = exporter.export(handover)
        assert handover == before
        assert exporter.export(handover_of(film)) == export
        names = [file.name for file in export.files]
        assert len({name.casefold() for name in names}) == len(names) > 0
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) for name in names)
        assert {loss.kind for loss in export.losses} <= set(MEANINGS)
        assert len(set(export.losses)) == len(export.losses)

    def test_every_rate_can_be_written(self, exporter: Exporter) -> None:
        for rate in RATES:
            film = film_of(30, 40, overlaps=[7], rate=rate)
            for drop in {False, rate in DROP_RATES}:
                assert exporter.export(handover_of(replace(film, drop_frame=drop))).files[0].content

    def test_a_shots_own_sound_and_music_can_be_written(self, exporter: Exporter) -> None:
        film = spoken(film_of(30, 40, overlaps=[6]))
        film = replace(film, cues=(*film.cues, music(film, gain_db=-8.0, fade_out_samples=48_000)))
        assert exporter.export(handover_of(film)).files

    def test_a_shot_that_is_switched_off_is_so_in_the_editor_or_is_black_and_named(
        self, exporter: Exporter
    ) -> None:
        film = film_of(30, 40, 50, overlaps=[6, 0])
        off = exporter.export(handover_of(hidden(film, {1})))
        named = {loss.where for loss in off.losses if loss.kind == "disabled"}
        assert named <= {"s1"}
        assert off.files != exporter.export(handover_of(film)).files or exporter.name in LISTS
        if named:
            assert off.files == exporter.export(handover_of(hidden(film, {1})).without_hidden).files

    def test_a_film_of_one_shot_without_sound_can_be_written(self, exporter: Exporter) -> None:
        assert exporter.export(handover_of(film_of(1))).files
