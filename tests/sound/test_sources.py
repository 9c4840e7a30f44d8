"""Sounds of every kind are heard on the sample and as loud as they are; what is broken is refused in one sentence."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import UNTOUCHED
from stitcher.errors import MediaBroken, MediaError, MediaRefused
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe_sound
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from tests.sound.material import WAV, Samples, clicks, cue, loudest, read, tone, write

pytestmark = pytest.mark.slow

SECOND = 48_000
LENGTH = 2 * SECOND
CLICKS = (SECOND // 2, SECOND * 3 // 2)


def material(rate: int = SECOND, channels: int = 2) -> Samples:
    """Two seconds with a click after half a second and one a second later, on a low tone."""
    made = clicks([rate // 2, rate * 3 // 2], 2 * rate, channels, rate=rate, over=0.5)
    return made + tone(2 * rate, channels=channels, level=0.05, hertz=300, rate=rate)


def made(
    path: Path, codec: str, *, rate: int = SECOND, channels: int = 2, options: tuple[str, ...] = ()
) -> Path:
    """The material as a file."""
    return write(path, material(rate, channels), rate=rate, codec=codec, options=options)


def heard(path: Path, length: int = LENGTH) -> Samples:
    """What a film of that length hears of a file."""
    mix = plan_mix([cue(probe_sound(path), 0, length)], length)
    return read(render_sound(mix, WAV, UNTOUCHED, path.with_name("mix.wav"), work=Workshop(path.parent)).path)


def offsets(path: Path) -> list[int]:
    """How far each click is from its place, in samples of the mix before any encoder."""
    return all_offsets({"": path})[""]


def all_offsets(paths: Mapping[str, Path]) -> dict[str, list[int]]:
    """The same of several files, one behind the other in one film."""
    cues = [cue(probe_sound(path), number * LENGTH, LENGTH) for number, path in enumerate(paths.values())]
    folder = next(iter(paths.values())).parent
    mix = plan_mix(cues, len(cues) * LENGTH)
    samples = read(render_sound(mix, WAV, UNTOUCHED, folder / "mix.wav", work=Workshop(folder)).path)
    return {
        name: [loudest(samples, place + at, 5000) - place - at for at in CLICKS]
        for name, place in zip(paths, range(0, len(samples), LENGTH), strict=True)
    }


RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
DEPTHS = (
    *("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw"),
    *("adpcm_ms", "adpcm_ima_wav"),
)


def test_every_rate_is_heard_on_the_sample(tmp_path: Path) -> None:
    found = all_offsets({str(rate): made(tmp_path / f"{rate}.wav", "pcm_s16le", rate=rate) for rate in RATES})
    # Half a second of 11,025 is no whole number of samples.
    assert max(map(abs, found.pop("11025"))) <= 3
    assert {name: off for name, off in found.items() if off != [0, 0]} == {}


def test_every_depth_is_heard_on_the_sample(tmp_path: Path) -> None:
    found = all_offsets({codec: made(tmp_path / f"{codec}.wav", codec) for codec in DEPTHS})
    assert {name: off for name, off in found.items() if off != [0, 0]} == {}


@pytest.mark.parametrize("codec", DEPTHS)
def test_every_depth_is_as_loud_as_it_is(tmp_path: Path, codec: str) -> None:
    assert np.abs(heard(made(tmp_path / "a.wav", codec))).max() == pytest.approx(0.5, abs=0.015)


LAYOUTS = {
    "pcm_s16le": ("wav", range(1, 9)),
    "flac": ("flac", range(1, 9)),
    "libopus": ("opus", (1, 2, 5, 6, 7, 8)),
    "aac": ("m4a", (1, 2, 3, 4, 5, 6, 8)),
}
"""Counts of channels of which each encoder takes the usual layout."""


def test_every_layout_is_heard_on_the_sample(tmp_path: Path) -> None:
    paths = {
        f"{codec} {count}": made(tmp_path / f"{count}.{suffix}", codec, channels=count)
        for codec, (suffix, counts) in LAYOUTS.items()
        for count in counts
    }
    assert {name: off for name, off in all_offsets(paths).items() if off != [0, 0]} == {}


KINDS = {
    "aiff": ("a.aiff", "pcm_s24be", SECOND, ()),
    "caf": ("a.caf", "pcm_s24le", SECOND, ()),
    "au": ("a.au", "pcm_s16be", SECOND, ()),
    "wave64": ("a.w64", "pcm_s24le", SECOND, ()),
    "rf64": ("a.wav", "pcm_s24le", SECOND, ("-rf64", "always")),
    "bwf": ("a.wav", "pcm_s24le", SECOND, ("-write_bext", "1")),
    "mov": ("a.mov", "pcm_s24be", SECOND, ()),
    "wavpack": ("a.wv", "wavpack", SECOND, ()),
    "alac": ("a.m4a", "alac", SECOND, ()),
    "flac in ogg": ("a.oga", "flac", 44_100, ()),
    "flac in mkv": ("a.mka", "flac", 44_100, ()),
    "mp3": ("a.mp3", "libmp3lame", 44_100, ()),
    "mp3 at 8 kHz": ("a.mp3", "libmp3lame", 8_000, ()),
    "mp3 of varying rate": ("a.mp3", "libmp3lame", 44_100, ("-q:a", "4")),
    "mp3 without tags but the gapless one": ("a.mp3", "libmp3lame", 44_100, ("-id3v2_version", "0")),
    "mp3 in mkv": ("a.mka", "libmp3lame", 44_100, ()),
    "mp3 in mp4": ("a.mp4", "libmp3lame", 44_100, ()),
    "aac": ("a.m4a", "aac", 44_100, ()),
    "aac at 8 kHz": ("a.m4a", "aac", 8_000, ()),
    "aac at 96 kHz": ("a.m4a", "aac", 96_000, ()),
    "aac in mkv": ("a.mka", "aac", 44_100, ()),
    "aac in mov": ("a.mov", "aac", SECOND, ()),
    "eac3 in mp4": ("a.mp4", "eac3", SECOND, ()),
    "opus in ogg": ("a.opus", "libopus", SECOND, ()),
    "opus in long packets": ("a.opus", "libopus", SECOND, ("-frame_duration", "60")),
    "opus in webm": ("a.webm", "libopus", SECOND, ()),
    "opus in mp4": ("a.mp4", "libopus", SECOND, ()),
    "vorbis": ("a.ogg", "libvorbis", 44_100, ()),
    "vorbis in webm": ("a.webm", "libvorbis", 44_100, ()),
}


def test_every_kind_of_file_is_heard_on_the_sample(tmp_path: Path) -> None:
    paths = {
        kind: made(tmp_path / f"{number}-{name}", codec, rate=rate, options=options)
        for number, (kind, (name, codec, rate, options)) in enumerate(KINDS.items())
    }
    assert {name: off for name, off in all_offsets(paths).items() if off != [0, 0]} == {}


@pytest.mark.parametrize(
    ("name", "codec", "options", "late"),
    [
        pytest.param("a.aac", "aac", (), 1024, id="adts"),
        pytest.param("a.m4a", "aac", ("-use_editlist", "0"), 1024, id="mp4 without an edit list"),
        pytest.param("a.mp3", "libmp3lame", ("-write_xing", "0"), 1105, id="mp3 without a gapless tag"),
        pytest.param("a.wav", "libmp3lame", (), 1105, id="mp3 in wav"),
        pytest.param("a.mp2", "mp2", (), 481, id="mp2"),
        pytest.param("a.ac3", "ac3", (), 256, id="ac3"),
        pytest.param("a.wma", "wmav2", (), -2048, id="windows media"),
    ],
)
def test_where_no_container_tells_the_encoders_delay_it_is_heard_as_players_do(
    tmp_path: Path, name: str, codec: str, options: tuple[str, ...], late: int
) -> None:
    assert offsets(made(tmp_path / name, codec, options=options)) == [late, late]


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.m4a", "aac")], ids=str
)
def test_a_cover_is_no_picture_and_moves_nothing(tmp_path: Path, name: str, codec: str) -> None:
    plain, cover = made(tmp_path / f"plain-{name}", codec), tmp_path / "cover.png"
    run(["-f", "lavfi", "-i", "testsrc=s=300x300:r=1", "-frames:v", "1", file_url(cover)])
    inputs = ("-i", file_url(plain), "-i", file_url(cover), "-map", "0:a", "-map", "1:v")
    run([*inputs, "-c", "copy", "-disposition:v:0", "attached_pic", file_url(tmp_path / name)])
    assert offsets(tmp_path / name) == [0, 0]


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
@pytest.mark.parametrize("options", [(), ("-q:a", "4")], ids=["constant", "varying"])
def test_an_mp3_with_a_gapless_tag_is_as_long_as_what_went_in(
    tmp_path: Path, rate: int, options: tuple[str, ...]
) -> None:
    path = made(tmp_path / "a.mp3", "libmp3lame", rate=rate, options=options)
    assert probe_sound(path).stream.duration == 2


@pytest.mark.parametrize(
    ("name", "codec", "length"),
    [
        (name, codec, length)
        for name, codec in (
            *(("a.wav", "pcm_s16le"), ("a.m4a", "aac")),
            *(("a.opus", "libopus"), ("a.mp3", "libmp3lame")),
        )
        # LAME writes 47 samples at least.
        for length in ((47, 1023, 1025) if codec == "libmp3lame" else (1, 1023, 1025))
    ],
)
def test_odd_lengths_are_heard_whole_and_silence_follows(
    tmp_path: Path, name: str, codec: str, length: int
) -> None:
    data = np.zeros((length, 2), np.float32)
    data[0] = 0.5
    path = write(tmp_path / name, data, codec=codec)
    assert probe_sound(path).stream.duration == Fraction(length, SECOND)
    samples = heard(path, 4800)
    assert len(samples) == 4800
    assert np.abs(samples[:50]).max() > 0.1
    assert np.abs(samples[1300:]).max() < 0.01


def test_line_up_tone_is_a_wav(tmp_path: Path) -> None:
    """FFmpeg takes some of these for transport streams."""
    tones = [
        (codec, tone(4800, level=10 ** (level / 20), hertz=hertz))
        for codec in ("pcm_f32le", "pcm_s16le")
        for hertz in (500, 1000, 2000)
        for level in (-18, -10, -5, -3, -2)
    ]
    cues = [
        cue(probe_sound(write(tmp_path / f"{number}.wav", data, codec=codec)), number * 4800, 4800)
        for number, (codec, data) in enumerate(tones)
    ]
    mix = plan_mix(cues, len(cues) * 4800)
    samples = read(render_sound(mix, WAV, UNTOUCHED, tmp_path / "mix.wav", work=Workshop(tmp_path)).path)
    assert np.abs(samples - np.concatenate([data for _, data in tones])).max() < 1e-4


def test_two_equal_channels_stay_as_loud_as_they_are(tmp_path: Path) -> None:
    data = tone(SECOND, channels=1, level=0.5)
    dual = write(tmp_path / "dual.wav", np.repeat(data, 2, axis=1))
    assert np.array_equal(heard(dual, SECOND), np.repeat(data, 2, axis=1))


def test_a_sound_shorter_than_the_film_leaves_silence_and_a_longer_one_ends_with_it(tmp_path: Path) -> None:
    path = made(tmp_path / "a.wav", "pcm_f32le")
    assert not heard(path, LENGTH + 777)[LENGTH:].any()
    assert np.array_equal(heard(path, LENGTH - 777), material()[: LENGTH - 777])


def test_a_cue_behind_the_films_end_is_left_out(tmp_path: Path) -> None:
    sound = probe_sound(made(tmp_path / "a.wav", "pcm_f32le"))
    assert plan_mix([cue(sound, LENGTH, 100), cue(sound, LENGTH + 1, 100)], LENGTH).cues == ()


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _head(data: bytes) -> bytes:
    return data[:100]


def _hurt(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0x5A for byte in data[middle : middle + 400]) + data[middle + 400 :]


ENCODED = {
    "mp3": "libmp3lame",
    "m4a": "aac",
    "opus": "libopus",
    "ogg": "libvorbis",
    "flac": "flac",
    "mka": "aac",
    "webm": "libopus",
    "aac": "aac",
    "ac3": "ac3",
    "wv": "wavpack",
}
PLAIN = {"wav": "pcm_s16le", "w64": "pcm_s16le", "aiff": "pcm_s16be", "au": "pcm_s16be", "caf": "pcm_s16le"}


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [(kind, spoil) for kind in ENCODED | PLAIN for spoil in (_half, _head)]
    + [(kind, _hurt) for kind in ENCODED if kind != "mp3"],
    ids=lambda part: part if isinstance(part, str) else part.__name__.strip("_"),
)
def test_a_broken_sound_is_refused_in_one_paragraph(
    tmp_path: Path, kind: str, spoil: Callable[[bytes], bytes]
) -> None:
    path = made(tmp_path / f"a.{kind}", (ENCODED | PLAIN)[kind])
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(MediaBroken) as told:
        heard(path)
    assert path.name in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(bytes(5000), "nothing but zeros", id="zeros"),
        pytest.param(b"no sound at all\n" * 20, "is a text", id="text"),
        pytest.param(b"<!doctype html><html><body>404</body></html>", "is a web page", id="an error page"),
    ],
)
def test_what_is_no_sound_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises((MediaBroken, MediaRefused), match=says) as told:
        probe_sound(path)
    assert isinstance(told.value, MediaError)


def _sized(path: Path, size: Callable[[int], int]) -> Path:
    """A WAV whose header says another size of its sound."""
    data = bytearray(made(path, "pcm_s16le").read_bytes())
    at = data.index(b"data") + 4
    right = int.from_bytes(data[at : at + 4], "little")
    data[at : at + 4] = struct.pack("<I", size(right))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "size",
    [lambda right: 0, lambda right: 0xFFFFFFFF, lambda right: 0x7FFFFFFF, lambda right: right - 1],
    ids=["nothing", "most", "most with a sign", "not whole"],
)
def test_a_wav_with_a_wrong_size_is_heard_to_its_end(tmp_path: Path, size: Callable[[int], int]) -> None:
    assert offsets(_sized(tmp_path / "a.wav", size)) == [0, 0]


@pytest.mark.parametrize(
    ("size", "says"),
    [(lambda right: 2 * right, "is cut off"), (lambda right: 1000, "383,000 bytes behind")],
    ids=["too much", "too little"],
)
def test_a_wav_that_contradicts_itself_is_refused(
    tmp_path: Path, size: Callable[[int], int], says: str
) -> None:
    with pytest.raises(MediaBroken, match=says):
        probe_sound(_sized(tmp_path / "a.wav", size))


@pytest.mark.parametrize("tail", [b"LIST\x1a\0\0\0" + b"x" * 26, b"\1\2\3", b"TAG" + bytes(125)], ids=len)
def test_what_follows_a_wavs_sound_does_no_harm(tmp_path: Path, tail: bytes) -> None:
    path = made(tmp_path / "a.wav", "pcm_s16le")
    path.write_bytes(path.read_bytes() + tail)
    assert offsets(path) == [0, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf], ids=str)
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, value: float) -> None:
    data = material()
    data[LENGTH // 3] = value
    path = write(tmp_path / "a.wav", data)
    with pytest.raises(MediaBroken, match="no numbers"):
        probe_sound(path)
