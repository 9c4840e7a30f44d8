"""A cut becomes a storyboard that is laid out as the same cut again: at every rate, from every format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import Handover
from stitcher.exporters.registry import find_exporter
from stitcher.importers.board import BoardData, board_data
from stitcher.importers.cut import Cut, CutClip, CutMedia
from stitcher.importers.from_handover import cut_of
from stitcher.importers.levels import fades_of
from stitcher.importers.otio_json import read_otio
from stitcher.importers.xmeml import read_xmeml
from stitcher.media.clip import Clip
from stitcher.storyboard.load import parse
from stitcher.storyboard.transition_kinds import DISSOLVE
from stitcher.storyboard.write import storyboard_text
from stitcher.timebase import FrameRange, frames_to_samples, round_half_up
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Marker, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import RATES, film_of, films, music, spoken
from tests.factories import make_audio, make_sound
from tests.importers.test_own_exports import FORMATS, read_back

BASE = Path("/project")


def index_of(film: Timeline) -> MediaIndex:
    """What probing its files would say."""
    clips = {item.source.path: item.source for item in film.items if isinstance(item.source, Clip)}
    sounds = {cue.sound.path: cue.sound for cue in film.cues if cue.sound.path not in clips}
    return MediaIndex(clips=clips, sounds=sounds)


def with_facts(cut: Cut, media: MediaIndex, handover: Handover) -> tuple[Cut, dict[CutMedia, Path]]:
    """The cut as it is once its files were looked into."""
    paths = {name: one.path for one in handover.media for name in (one.name, one.file)}
    found: dict[CutMedia, Path] = {}

    def settled(clip: CutClip) -> CutClip:
        if clip.media is None:
            return clip
        path = Path(clip.media.address) if clip.media.address else paths[clip.media.name]
        if path in media.clips:
            video = media.clips[path].video
            facts = {"rate": video.rate, "frames": video.frames, "has_sound": bool(media.clips[path].audio)}
        else:
            duration = media.sounds[path].stream.duration or Fraction(0)
            facts = {"rate": Fraction(48_000), "frames": int(duration * 48_000), "has_picture": False}
        told = replace(clip.media, address=path.as_posix(), **facts)  # type: ignore[arg-type]  # by name
        found[told] = path
        return replace(clip, media=told)

    def tracks(some: Any) -> Any:
        return tuple(replace(track, clips=tuple(map(settled, track.clips))) for track in some)

    return replace(cut, pictures=tracks(cut.pictures), sounds=tracks(cut.sounds)), found


def imported(cut: Cut, media: MediaIndex, handover: Handover) -> tuple[Timeline, BoardData]:
    """The film that the storyboard of a cut makes."""
    settled, found = with_facts(cut, media, handover)
    made = board_data(settled, found, BASE)
    board = parse(storyboard_text(made.data), path=BASE / "board.yaml")
    return lay_out(board, media), made


def pictures(film: Timeline, name: str = "") -> list[tuple[object, ...]]:
    """What is seen: record and media time, speed, and the transition by which it comes in."""
    track = cut_of(handover_of(film)).pictures[0]
    return [
        (
            track.seen(index),
            # An edit list counts whole pictures of a file, of which one is several frames of the film, or part of one.
            clip.start if clip.media is not None and (name != "edl" or clip.speed == 1) else 0,
            clip.speed,
            track.blend_at(index - 1),
        )
        for index, clip in enumerate(track.clips)
    ]


def kinds_told(film: Timeline, name: str) -> Timeline:
    """The film without what the format does not tell: kinds of transition in FCPXML, and all but some in xmeml."""
    told = {
        "fcpxml": {"dissolve"},
        "fcp7": {"dissolve", "fadeblack", "fadewhite", "wiperight", "wipeleft", "wipeup"},
    }
    joins = tuple(
        replace(join, kind=DISSOLVE)
        if join.frames and join.kind.name not in told.get(name, {join.kind.name})
        else join
        for join in film.transitions
    )
    return replace(film, transitions=joins)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=6, deadline=None)
@given(film=films(most=10))
def test_a_film_comes_back_as_the_film_that_it_was(name: str, film: Timeline) -> None:
    film = replace(kinds_told(film, name), cues=())
    handover = handover_of(film)
    again, _ = imported(read_back(handover, name), index_of(film), handover)
    assert pictures(again, name) == pictures(film, name)
    assert (again.rate, again.start_frame, again.drop_frame) == (film.rate, film.start_frame, film.drop_frame)
    assert {mark.frame for mark in film.markers} <= {mark.frame for mark in again.markers}


@pytest.mark.parametrize("speed", [Fraction(4, 5), Fraction(3, 2), Fraction(5, 3)], ids=str)
@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_retimed_shot_of_an_edit_list_keeps_its_length_wherever_it_begins(
    speed: Fraction, length: int
) -> None:
    for start in range(5):
        film = film_of(20, length, 20, rate=Fraction(24000, 1001), handle=20)
        first, retimed, last = film.items
        retimed = replace(retimed, speed=speed, source_range=FrameRange(start, start + length))
        film = replace(film, items=(first, retimed, last))
        handover = handover_of(film)
        again, _ = imported(read_back(handover, "edl"), index_of(film), handover)
        assert pictures(again, "edl") == pictures(film, "edl")


def whole_film(rate: Fraction) -> Timeline:
    """Own sounds, a score, an effect, a dissolve, a cut and a marker."""
    film = film_of(48, 50, 30, overlaps=[12, 0], rate=rate, markers=(Marker(60, "look", "at this"),))
    heard = tuple(
        replace(item, source=replace(item.source, audio=(make_audio(duration=item.source.duration),)))
        for item in film.items
        if isinstance(item.source, Clip)
    )
    film = spoken(replace(film, items=heard))
    own = tuple(replace(cue, role="ambience") for cue in film.cues)
    score = music(film, gain_db=-8.0, fade_in_samples=48_000 // 2, fade_out_samples=48_000)
    boom = music(
        film,
        name="boom",
        role="effects",
        sound=make_sound(path="/sound/boom.wav", duration=20),
        start_sample=frames_to_samples(50, rate),
        length_samples=frames_to_samples(70, rate) - frames_to_samples(50, rate),
        in_offset_samples=frames_to_samples(10, rate),
        gain_db=3.5,
    )
    return replace(film, cues=(*own, score, boom))


def sounds(film: Timeline, *, levels: bool) -> list[tuple[object, ...]]:
    return sorted(
        (
            track.role,
            item.name,
            item.record.start,
            item.record.stop,
            item.source.start,
            round(fades_of(item.levels, len(item.record)).gain_db, 1) if levels else 0,
        )
        for track in handover_of(film).sound
        for item in track.items
    )


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("name", ["otio", "otio-resolve", "otio-premiere", "fcp7", "fcpxml"])
def test_sounds_come_back_with_their_roles_and_levels(name: str, rate: Fraction) -> None:
    film = whole_film(rate)
    handover = handover_of(film)
    again, made = imported(read_back(handover, name), index_of(film), handover)
    assert sounds(again, levels=True) == sounds(film, levels=True)
    assert made.data["markers"] == [{"name": "look", "at": "s1+24f", "note": "at this"}]
    score = next(cue for cue in made.data["sound"] if cue["name"] == "score")
    half, second = round_half_up(rate / 2), round_half_up(rate)
    assert (score["gain"], score["role"]) == (-8, "music")
    assert abs(int(score["fade_in"][:-1]) - half) <= 1
    assert abs(int(score["fade_out"][:-1]) - second) <= 1
    assert {one.kind for one in made.unread} == set()


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_an_edit_list_brings_sounds_back_without_roles_and_levels(rate: Fraction) -> None:
    film = whole_film(rate)
    handover = handover_of(film)
    again, made = imported(read_back(handover, "edl"), index_of(film), handover)

    def placed(one: Timeline) -> Any:
        return sorted(row[1:5] for row in sounds(one, levels=False))

    assert placed(again) == placed(film)
    assert {one.kind for one in made.unread} == {"role"}


@pytest.mark.parametrize("name", ["otio", "fcp7"])
def test_a_clip_that_is_switched_off_stays_and_black_stands_in_its_place(name: str) -> None:
    film = film_of(48, 50, 30)
    handover = handover_of(film)
    text = find_exporter(name).export(handover).files[0].content.decode()
    if name == "otio":
        switched = json.loads(text)
        switched["tracks"]["children"][0]["children"][1]["enabled"] = False
        cut = read_otio(json.dumps(switched).encode(), "cut.otio")
    else:
        head, middle, tail = re.split(r"(<name>s1</name>\s*<enabled>TRUE)", text, maxsplit=1)
        cut = read_xmeml(f"{head}{middle.replace('TRUE', 'FALSE')}{tail}".encode(), "cut.xml")
    again, made = imported(cut, index_of(film), handover)
    assert [shot.get("enabled", True) for shot in made.data["shots"]] == [True, False, True]
    assert made.data["shots"][1]["clip"].endswith("s1.mp4")
    assert again.items[1].source == Title("", 50)
    assert [item.record_start for item in again.items] == [0, 48, 98]
