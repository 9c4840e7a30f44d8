"""OpenTimelineIO as single editors read it: what each finds where it looks for it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.otio import OtioExporter
from stitcher.exporters.otio_dialects import (
    KdenliveOtioExporter,
    PremiereOtioExporter,
    ResolveOtioExporter,
)
from stitcher.timeline.model import Marker, Timeline
from tests.exporters.films import film_of, music, spoken
from tests.factories import make_audio, make_sound


def read(film: Timeline, dialect: OtioExporter) -> otio.schema.Timeline:
    text = dialect.export(handover_of(film)).files[0].content.decode()
    return otio.adapters.read_from_string(text, "otio_json")


def lost(film: Timeline, dialect: OtioExporter) -> set[str]:
    return {loss.kind for loss in dialect.export(handover_of(film)).losses}


def talkative() -> Timeline:
    """Two shots with their own sound, music that is lower and fades, and a marker with a note."""
    film = spoken(film_of(48, 48, markers=(Marker(5, "look", "at this"),)))
    score = music(film, gain_db=-8.0, fade_out_samples=48_000, in_offset_samples=24_000)
    return replace(film, cues=(*film.cues, score))


def named(timeline: otio.schema.Timeline, name: str, kind: str = "Audio") -> otio.schema.Clip:
    tracks = timeline.audio_tracks() if kind == "Audio" else timeline.video_tracks()
    return next(clip for track in tracks for clip in track.find_clips() if clip.name == name)


def own(thing: Any, editor: str) -> Any:
    return thing.metadata.get(f"{editor}_OTIO", {})


def test_resolve_finds_levels_channels_and_notes() -> None:
    timeline = read(talkative(), ResolveOtioExporter())
    assert timeline.tracks.markers[0].metadata["Resolve_OTIO"]["Note"] == "at this"
    score = named(timeline, "score")
    data = own(score.effects[0], "Resolve")
    assert (data["Effect Name"], data["Type"]) == ("Fairlight Clip Volume and Fades", 62)
    keys = {int(frame): key["Value"] for frame, key in data["Parameters"][0]["Key Frames"].items()}
    assert keys[0] == keys[72] == -8
    assert keys[84] == pytest.approx(-8 - 6.02, abs=0.01)
    assert keys[96] == -96
    channels = [
        (one["Source Channel ID"], one["Source Track ID"]) for one in own(score, "Resolve")["Channels"]
    ]
    assert channels == [(0, 0), (1, 0)]
    assert {own(track, "Resolve")["Audio Type"] for track in timeline.audio_tracks()} == {"Stereo"}
    assert "gain" not in lost(talkative(), ResolveOtioExporter())


@pytest.mark.parametrize(
    ("dialect", "editor", "key"),
    [(ResolveOtioExporter(), "Resolve", "Link Group ID"), (PremiereOtioExporter(), "PremierePro", "LinkID")],
    ids=["resolve", "premiere"],
)
def test_a_shots_picture_and_sound_are_linked_and_nothing_else(
    dialect: OtioExporter, editor: str, key: str
) -> None:
    timeline = read(talkative(), dialect)
    links = {
        kind: {clip.name: own(clip, editor).get(key) for track in tracks for clip in track.find_clips()}
        for kind, tracks in [("V", timeline.video_tracks()), ("A", timeline.audio_tracks())]
    }
    assert links["A"].pop("score") is None
    assert links["V"] == links["A"]
    assert len({*links["V"].values(), None}) == 3


def test_premiere_finds_the_sequences_size_and_rate_and_media_by_url() -> None:
    film = film_of(48, names=["R&B #1"], rate=Fraction(24000, 1001))
    timeline = read(film, PremiereOtioExporter())
    assert own(timeline, "PremierePro")["MetadataVersion"] == "1.0"
    sequence = own(timeline.tracks, "PremierePro")
    assert sequence["VideoFrameRate"] == 24000 / 1001
    assert dict(sequence["VideoResolution"]) == {"width": 1280, "height": 720}
    reference = named(timeline, "R&B #1", "Video").media_reference
    assert reference.target_url == "file:///footage/R%26B%20%231.mp4"
    assert reference.available_range.duration.value == 68
    assert lost(film, PremiereOtioExporter()) == set()


def level_of(clip: otio.schema.Clip) -> Any:
    data = own(clip.effects[0], "PremierePro")
    assert data["IsIntrinsic"]
    return next(one for one in data["Parameters"] if one["ID"] == 1)


def test_premieres_volume_is_a_share_of_15_decibels_on_the_medias_own_clock() -> None:
    timeline = read(talkative(), PremiereOtioExporter())
    score = named(timeline, "score")
    assert own(score.effects[0], "PremierePro")["MatchName"] == "Internal Volume Stereo"
    keys = {key["Position"].value: key["Value"] for key in level_of(score)["Keyframes"]}
    # Half a second of the file is skipped: its frame 12 is the film's 0.
    assert keys[12] == keys[12 + 72] == pytest.approx(10 ** ((-8 - 15) / 20))
    assert keys[12 + 84] == pytest.approx(10 ** ((-8 - 15) / 20) / 2, rel=0.001)
    assert keys[12 + 96] == 0


def test_premieres_key_frames_count_from_the_medias_own_timecode() -> None:
    handover = handover_of(talkative())
    tracks = tuple(
        replace(
            track,
            items=tuple(
                replace(item, media=replace(item.media, rate=Fraction(24), start_frame=86_400))
                for item in track.items
            ),
        )
        for track in handover.sound
    )
    text = PremiereOtioExporter().export(replace(handover, sound=tracks)).files[0].content.decode()
    timeline = otio.adapters.read_from_string(text, "otio_json")
    score = named(timeline, "score")
    assert score.source_range.start_time.value == 86_400 + 12
    assert level_of(score)["Keyframes"][0]["Position"].value == 86_400 + 12


def test_premieres_level_that_stays_is_a_value_from_the_start() -> None:
    film = film_of(48)
    film = replace(film, cues=(music(film, gain_db=-6.0, sound=make_sound(duration=60, channels=1)),))
    timeline = read(film, PremiereOtioExporter())
    score = named(timeline, "score")
    assert own(score.effects[0], "PremierePro")["MatchName"] == "Internal Volume Mono"
    start = level_of(score)["StartValue"]
    assert (start["Position"].value, start["Value"]) == (-10_800_000, pytest.approx(10 ** (-21 / 20)))


def test_a_gain_beyond_what_premiere_raises_by_is_limited_and_named() -> None:
    film = film_of(48)
    film = replace(film, cues=(music(film, gain_db=20.0),))
    timeline = read(film, PremiereOtioExporter())
    assert level_of(named(timeline, "score"))["StartValue"]["Value"] == 1
    assert lost(film, PremiereOtioExporter()) == {"gain-range"}


def test_premiere_is_told_of_a_streams_channels_all_of_them() -> None:
    film = film_of(48)
    streams = (make_audio(index=0, channels=2), make_audio(index=1, channels=6))
    sound = replace(make_sound(duration=60), stream=streams[1], streams=streams)
    film = replace(film, cues=(music(film, sound=sound),))
    timeline = read(film, PremiereOtioExporter())
    data = own(named(timeline, "score"), "PremierePro")
    assert data["OriginalChannelGroupIndex"] == 1
    assert data["AudioChannels"]["ChannelType"] == "5.1"
    assert [one["SecondaryChannelIndex"] for one in data["AudioChannels"]["SecondaryAssignments"]] == [
        0, 1, 2, 3, 4, 5,
    ]  # fmt: skip
    assert own(timeline.audio_tracks()[0], "PremierePro")["AudioChannels"]["NumberOfChannels"] == 6


def test_premiere_divides_what_is_played_by_the_speed_and_has_no_speed_of_one() -> None:
    film = film_of(40, 40, handle=10)
    film = replace(film, items=(replace(film.items[0], speed=Fraction(3, 2)), film.items[1]))
    timeline = read(film, PremiereOtioExporter())
    clips = timeline.video_tracks()[0].find_clips()
    assert clips[0].effects[0].time_scalar == 1.5
    assert (clips[0].source_range.start_time.value, clips[0].source_range.duration.value) == (15, 60)
    assert not list(clips[1].effects)


def test_kdenlive_finds_guides_by_their_comment_and_media_by_plain_paths() -> None:
    film = replace(
        talkative(), items=(replace(talkative().items[0], speed=Fraction(2)), talkative().items[1])
    )
    timeline = read(film, KdenliveOtioExporter())
    assert [marker.comment for marker in timeline.tracks.markers] == ["look: at this"]
    assert named(timeline, "s1", "Video").media_reference.target_url == "/footage/s1.mp4"
    assert lost(film, KdenliveOtioExporter()) == {"picture-size", "gain", "fade", "speed"}
