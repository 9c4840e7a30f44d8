"""The tables of containers and codecs against each other, and that a container is one row."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from stitcher.delivery.hardware import FAMILIES
from stitcher.formats.codecs import CODECS, FILM_CONTAINERS, SOUND_ENCODERS, CodecName, SoundCodecName
from stitcher.formats.containers import CONTAINERS, FILE_FORMATS, Container, ContainerName
from stitcher.media.ffmpeg import find
from stitcher.media.probe import probe
from tests.footage import Footage
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, made


def test_every_name_has_its_row() -> None:
    assert set(CONTAINERS) == set(get_args(ContainerName))
    assert set(CODECS) == set(get_args(CodecName))
    assert set(SOUND_ENCODERS) == set(get_args(SoundCodecName))


def test_muxed_containers_are_read_back_by_a_demuxer_that_is_known() -> None:
    for container in CONTAINERS.values():
        assert (container.demuxer in FILE_FORMATS) == (container.made == "muxed")


def test_no_two_containers_go_by_one_suffix() -> None:
    suffixes = [suffix for container in CONTAINERS.values() for suffix in container.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_containers_hold_codecs_and_sound_that_are_known() -> None:
    for container in CONTAINERS.values():
        assert set(container.codecs) <= set(CODECS)
        assert container.sound is None or container.sound[0] in SOUND_ENCODERS


def test_segments_and_films_are_muxed() -> None:
    names = {codec.segments for codec in CODECS.values()} | set(FILM_CONTAINERS.values())
    assert {CONTAINERS[name].made for name in names} == {"muxed"}


def test_hardware_is_of_families_that_are_known() -> None:
    assert {family for codec in CODECS.values() for family in codec.hardware} == set(FAMILIES)


def test_ffmpeg_writes_every_container() -> None:
    assert {container.muxer for container in CONTAINERS.values()} <= find().muxers()


@pytest.mark.slow
def test_a_container_is_added_by_its_row(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONTAINERS, "f4v", Container("f4v", (".f4v",), demuxer="mov", codecs=("h264",)))
    clips = [probe(footage.clip(n, frames=10)) for n in (1, 2)]
    timeline = film([*clips, clips[0]], [CUT, dissolve(3)])
    out = tmp_path / "film.f4v"
    made(timeline, out)
    assert_right(out, timeline, (1, 2, 1))
    assert b"f4v" in out.read_bytes()[:32]
