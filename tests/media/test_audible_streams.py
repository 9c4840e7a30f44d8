"""Which of a file's sound streams is heard."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.media.audible_streams import audible_sound, is_pair
from stitcher.media.clip import AudioStream
from tests.factories import make_audio

STEREO = make_audio(index=1)


def mono(index: int = 1, **more: object) -> AudioStream:
    facts: dict[str, object] = {"codec": "pcm_s24le", **more}
    made = make_audio(index=index, channels=1)
    return AudioStream(
        **{name: facts.get(name, getattr(made, name)) for name in AudioStream.__dataclass_fields__}  # type: ignore[arg-type]  # fields by name
    )


def chosen(*streams: AudioStream, number: int | None = None) -> list[int]:
    sound = audible_sound(Path("/a.mov"), "0" * 64, container="mov", streams=streams, number=number)
    return [stream.index for stream in (sound.stream, sound.right) if stream is not None]


@pytest.mark.parametrize(
    ("defaults", "index"),
    [((False, False), 1), ((True, False), 1), ((False, True), 2), ((True, True), 1)],
)
def test_the_first_stream_marked_as_default_is_heard_else_the_first(
    defaults: tuple[bool, bool], index: int
) -> None:
    streams = [make_audio(index=place, default=marked) for place, marked in enumerate(defaults, start=1)]
    assert chosen(*streams) == [index]


def test_a_number_counts_the_sound_streams_from_1() -> None:
    assert chosen(make_audio(index=1), make_audio(index=3, default=True), number=1) == [1]
    with pytest.raises(IndexError):
        chosen(make_audio(index=1), number=2)


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({}, id="alike"),
        pytest.param({"duration": Fraction(5) + Fraction(1, 200)}, id="a packet longer"),
    ],
)
@pytest.mark.parametrize(
    "marks", [(False, False), (True, True), (True, False)], ids=["none", "both", "as QuickTime"]
)
def test_two_mono_streams_that_nothing_tells_apart_are_left_and_right(
    second: dict[str, object], marks: tuple[bool, bool]
) -> None:
    assert chosen(mono(1, default=marks[0]), mono(2, default=marks[1], **second)) == [1, 2]


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({"language": "deu"}, id="language"),
        pytest.param({"title": "Commentary"}, id="title"),
        pytest.param({"codec": "pcm_s16le"}, id="codec"),
        pytest.param({"sample_rate": 44_100}, id="rate"),
        pytest.param({"start": Fraction(1, 10)}, id="start"),
        pytest.param({"duration": Fraction(4)}, id="length"),
        pytest.param({"duration": None}, id="length unknown"),
        pytest.param({"channels": 2}, id="stereo"),
        pytest.param({"default": True}, id="the second is the default"),
    ],
)
def test_streams_that_differ_are_no_pair(second: dict[str, object]) -> None:
    assert not is_pair([mono(1), mono(2, **second)])


def test_compressed_streams_of_which_the_first_is_the_default_are_no_pair() -> None:
    assert not is_pair([mono(1, codec="aac", default=True), mono(2, codec="aac")])


def test_four_mono_streams_are_no_pair() -> None:
    assert not is_pair([mono(place) for place in range(1, 5)])
