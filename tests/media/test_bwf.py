"""Broadcast WAV: read back by a walk over its chunks, by Python's `wave`, by ffmpeg and by an XML parser."""

from __future__ import annotations

import io
import struct
import wave
import xml.etree.ElementTree as ET
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import DiskFull, MediaBroken, VerifyError
from stitcher.media import bwf
from stitcher.media.bwf import BroadcastInfo, wav_head, write_bwf
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.wav import chunks, read_samples, to_24_bits, wav_data

INFO = BroadcastInfo(
    project="Das Ende <der> Brücke",
    name="music",
    rate=Fraction(24_000, 1001),
    time_reference=172_972_800,
    integrated_lufs=-18.26,
    true_peak_dbtp=-1.0,
)


def _noise(samples: int, channels: int) -> np.ndarray:
    return np.random.default_rng(1).uniform(-0.9, 0.9, (samples, channels)).astype(np.float32)


def _written(path: Path, samples: int = 4801, channels: int = 2) -> np.ndarray:
    data = _noise(samples, channels)
    write_bwf(path, [to_24_bits(data)], INFO, samples=samples, channels=channels, sample_rate=48_000)
    return data


def _chunks(path: Path) -> dict[bytes, bytes]:
    with path.open("rb") as file:
        found = list(chunks(file))
        raw = path.read_bytes()
    return {name: raw[at : at + size] for name, at, size in found}


@pytest.mark.parametrize("channels", [1, 2])
def test_python_reads_the_samples(tmp_path: Path, channels: int) -> None:
    data = _written(tmp_path / "a.wav", channels=channels)
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (channels, 3, 48_000)
        assert file.readframes(10_000) == to_24_bits(data)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_riff_size_is_that_of_the_file(tmp_path: Path, channels: int) -> None:
    # An odd number of mono samples of three bytes needs a byte more.
    _written(tmp_path / "a.wav", channels=channels)
    raw = (tmp_path / "a.wav").read_bytes()
    assert int.from_bytes(raw[4:8], "little") == len(raw) - 8
    assert len(raw) % 2 == 0


def test_samples_come_back_as_they_went_in(tmp_path: Path) -> None:
    data = _written(tmp_path / "a.wav")
    back = np.concatenate(list(read_samples(wav_data(tmp_path / "a.wav"))))
    assert np.abs(back - data).max() <= 2**-24 + 1e-9


def test_above_full_scale_is_cut_off_and_does_not_wrap() -> None:
    raw = to_24_bits(np.array([[1.5, -1.5]], np.float32))
    assert [int.from_bytes(raw[at : at + 3], "little", signed=True) for at in (0, 3)] == [
        (1 << 23) - 1,
        -(1 << 23),
    ]


def test_ffmpeg_reads_the_time_reference_and_the_words(tmp_path: Path) -> None:
    _written(tmp_path / "a.wav")
    run(["-i", file_url(tmp_path / "a.wav"), "-f", "ffmetadata", file_url(tmp_path / "said")])
    said = (tmp_path / "said").read_text()
    assert "time_reference=172972800" in said
    assert "encoded_by=stitcher" in said
    assert "comment=Das Ende <der> Brucke: music" in said


def test_bext_is_version_2_with_what_was_measured(tmp_path: Path) -> None:
    _written(tmp_path / "a.wav")
    body = _chunks(tmp_path / "a.wav")[b"bext"]
    assert struct.unpack_from("<H", body, 346)[0] == 2
    assert struct.unpack_from("<5h", body, 412) == (-1826, 0x7FFF, -100, 0x7FFF, 0x7FFF)
    assert body[602:].startswith(b"A=PCM,F=48000,W=24,M=stereo,")


def test_ixml_says_the_same_in_full(tmp_path: Path) -> None:
    _written(tmp_path / "a.wav")
    document = ET.fromstring(_chunks(tmp_path / "a.wav")[b"iXML"])
    assert document.findtext("PROJECT") == "Das Ende <der> Brücke"
    assert document.findtext("SPEED/TIMECODE_RATE") == "24000/1001"
    assert document.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == "172972800"
    assert [name.text for name in document.findall("TRACK_LIST/TRACK/NAME")] == ["music L", "music R"]


def test_a_time_reference_past_the_32_bits_keeps_its_upper_half() -> None:
    late = BroadcastInfo("a", "b", Fraction(24), time_reference=(1 << 32) + 7)
    head = wav_head(late, samples=1, channels=1, sample_rate=192_000)
    at = head.index(b"bext") + 8
    assert struct.unpack_from("<Q", head, at + 338)[0] == (1 << 32) + 7


def test_above_the_limit_of_riff_it_is_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwf, "_RIFF_LIMIT", 10_000)
    data = _written(tmp_path / "a.wav")
    raw = (tmp_path / "a.wav").read_bytes()
    assert raw[:16] == b"RF64\xff\xff\xff\xffWAVEds64"
    assert struct.unpack_from("<QQQ", raw, 20) == (len(raw) - 8, 4801 * 6, 4801)
    run(["-i", file_url(tmp_path / "a.wav"), "-f", "s24le", "-c:a", "pcm_s24le", file_url(tmp_path / "raw")])
    assert (tmp_path / "raw").read_bytes() == to_24_bits(data)
    assert np.concatenate(list(read_samples(wav_data(tmp_path / "a.wav")))).shape == (4801, 2)


def test_a_file_of_more_than_4_gib_is_read_to_its_end(tmp_path: Path) -> None:
    # Five hours of silence, of which a sparse file needs no room, and a second of noise.
    samples = 5 * 3600 * 48_000
    path = tmp_path / "a.wav"
    head = wav_head(INFO, samples=samples, channels=2, sample_rate=48_000)
    last = to_24_bits(_noise(48_000, 2))
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + samples * 6 - len(last))
        file.write(last)
    assert path.stat().st_size > 1 << 32
    run(
        ["-ss", "17999", "-i", file_url(path), "-f", "s24le", "-c:a", "pcm_s24le", file_url(tmp_path / "raw")]
    )
    assert (tmp_path / "raw").read_bytes() == last
    assert wav_data(path).samples == samples


def test_a_short_sound_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="music: 6 bytes of sound came where 12"):
        write_bwf(tmp_path / "a.wav", [bytes(6)], INFO, samples=2, channels=2, sample_rate=48_000)


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def blocks() -> object:
        raise OSError(28, "No space left on device")
        yield b""

    with pytest.raises(DiskFull):
        write_bwf(tmp_path / "a.wav", blocks(), INFO, samples=2, channels=2, sample_rate=48_000)  # type: ignore[arg-type]  # a generator that fails


@pytest.mark.parametrize("cut", [100, 700, 28_000])
def test_a_file_cut_short_is_refused(tmp_path: Path, cut: int) -> None:
    _written(tmp_path / "a.wav")
    (tmp_path / "b.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:cut])
    with pytest.raises(MediaBroken):
        wav_data(tmp_path / "b.wav")


def test_what_is_no_wav_has_no_chunks() -> None:
    assert list(chunks(io.BytesIO(b"ID3 and more than twelve bytes"))) == []
