"""Deliverables made from a finished film: what is in them, and that they are whole or absent."""

from __future__ import annotations

import threading
import wave
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from stitcher.delivery.load import load_preset
from stitcher.delivery.packaging_settings import GifSettings, HlsSettings
from stitcher.delivery.preset import Rung
from stitcher.delivery.resolve import resolve
from stitcher.delivery.spec import DeliverySpec
from stitcher.errors import FfmpegFailed, Interrupted, OutputError
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.rendering.packaging import PackagingJob, package
from stitcher.timebase import format_rate, frames_to_samples
from tests.delivery.material import film as timeline_of

FRAMES = 50
CLICK_FRAME = 10


def delivery_of(name: str, rate: Fraction = Fraction(25), size: tuple[int, int] = (320, 192)) -> DeliverySpec:
    return resolve(
        load_preset(name, environ={"STITCHER_PRESETS": "/nowhere"}), timeline_of(rate=rate, size=size)
    )


def make_film(delivery: DeliverySpec, folder: Path, *, graph: str = "null", frames: int = FRAMES) -> Path:
    """Frames, black but for a white flash at `CLICK_FRAME`."""
    picture = delivery.picture
    out = folder / "film.mov"
    flash = f"drawbox=c=white:t=fill:enable='eq(n,{CLICK_FRAME})'"
    tags = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    run([
        *("-f", "lavfi", "-i", f"color=black:s={picture.width}x{picture.height}:r={format_rate(picture.rate)}"),
        *("-vf", f"{flash},{graph},format={picture.pixel_format},{tags}", "-frames:v", str(frames)),
        *("-c:v", picture.encoder, *picture.options, file_url(out)),
    ])  # fmt: skip
    return out


def make_sound(folder: Path, rate: Fraction) -> Path:
    """Silence of film length with one click where the picture flashes."""
    samples = np.zeros((frames_to_samples(FRAMES, rate), 2), dtype="<i2")
    at = frames_to_samples(CLICK_FRAME, rate)
    samples[at : at + 48] = 20_000
    path = folder / "mix.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(samples.tobytes())
    return path


def packaged(
    delivery: DeliverySpec,
    film: Path,
    sound: Path | None,
    target: Path,
    *,
    rate: Fraction = Fraction(25),
    frames: int = FRAMES,
    **options: Any,
) -> tuple[Path, ...]:
    return package(PackagingJob(delivery, film, sound, target, frames, rate, "01:00:00:00", **options))


def made(name: str, tmp_path: Path, target: str, *, rate: Fraction = Fraction(25)) -> tuple[Path, ...]:
    delivery = delivery_of(name, rate)
    sources = tmp_path / "sources"
    sources.mkdir(exist_ok=True)
    return packaged(
        delivery, make_film(delivery, sources), make_sound(sources, rate), tmp_path / target, rate=rate
    )


def flash_time(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.to_ndarray(format="gray").mean() > 128:
                base = frame.time_base
                assert base is not None
                assert frame.pts is not None
                return Fraction(frame.pts * base.numerator, base.denominator)
    raise AssertionError("no flash")


def click_time(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            loud = np.flatnonzero(np.abs(frame.to_ndarray().astype(float)).max(axis=0) > 0.2)
            if loud.size:
                base = frame.time_base
                assert base is not None
                assert frame.pts is not None
                return Fraction(frame.pts * base.numerator, base.denominator) + Fraction(int(loud[0]), 48_000)
    raise AssertionError("no click")


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(60000, 1001)], ids=["25", "59.94"])
def test_hls_sound_meets_its_picture(tmp_path: Path, rate: Fraction) -> None:
    delivery = replace(
        delivery_of("hls", rate),
        packaging=HlsSettings((Rung(size=(160, 96), kbps=100, max_fps=30), Rung(size="source", kbps=400))),
    )
    sources = tmp_path / "sources"
    sources.mkdir()
    target = tmp_path / "stream"
    # A film of both kinds of rung: the source one is kept beside a fixed one only from 720 lines on.
    files = packaged(delivery, make_film(delivery, sources), make_sound(sources, rate), target, rate=rate)
    assert files[0] == target / "master.m3u8"
    heard = click_time(target / "audio" / "index.m3u8")
    for playlist in sorted(target.glob("v*/index.m3u8")):
        # A halved rate shows the flash on a frame up to one of its own early or late.
        allowed = Fraction(1, 1000) if rate == 25 else Fraction(1, 30)
        assert abs(flash_time(playlist) - heard) <= allowed


def test_hls_names_what_came_out(tmp_path: Path) -> None:
    files = made("hls", tmp_path, "stream")
    master = files[0].read_text(encoding="utf-8")
    assert 'CODECS="avc1.6400' in master
    assert "mp4a.40.2" in master
    assert "RESOLUTION=320x192" in master
    assert all(path.is_file() for path in files)


def test_a_sequence_has_a_picture_a_frame_and_its_sound_beside(tmp_path: Path) -> None:
    files = made("seq-png16", tmp_path, "frames")
    names = [path.name for path in files]
    assert names == [*(f"{number:06}.png" for number in range(FRAMES)), "sound.wav"]
    with av.open(str(files[CLICK_FRAME])) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "rgb48be"
        assert frame.to_ndarray(format="gray").mean() > 250
    with av.open(str(files[-1])) as container:
        assert container.streams.audio[0].codec_context.name == "pcm_s24le"
        assert sum(frame.samples for frame in container.decode(audio=0)) == frames_to_samples(
            FRAMES, Fraction(25)
        )


def test_exr_values_are_linear_light(tmp_path: Path) -> None:
    delivery = delivery_of("seq-exr")
    sources = tmp_path / "sources"
    sources.mkdir()
    # 10-bit code 502 of 64 to 940 is half of the signal; a BT.1886 display makes 0.5 ** 2.4 of light of it.
    film = make_film(delivery, sources, graph="format=yuv444p10le,geq=lum=502:cb=512:cr=512")
    files = packaged(delivery, film, None, tmp_path / "frames")
    with av.open(str(files[0])) as container:
        frame = next(container.decode(video=0))
        assert frame.format.name == "gbrpf16le"
        values = np.frombuffer(bytes(frame.planes[0]), dtype="<f2")
    assert values.astype(float).mean() == pytest.approx(0.5**2.4, abs=0.005)


def test_a_gif_is_small_slow_and_short(tmp_path: Path) -> None:
    delivery = replace(
        delivery_of("preview-gif"), packaging=GifSettings(width=160, fps=12, max_seconds=Fraction(1))
    )
    sources = tmp_path / "sources"
    sources.mkdir()
    (out,) = packaged(delivery, make_film(delivery, sources), None, tmp_path / "loop.gif")
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (160, 96)
        assert len(list(container.decode(video=0))) == 12


@pytest.mark.parametrize("name", ["poster.jpg", "poster.png"])
def test_a_poster_is_the_picture_asked_for(tmp_path: Path, name: str) -> None:
    delivery = delivery_of("poster")
    for still, lit in ((CLICK_FRAME, True), (CLICK_FRAME + 1, False)):
        film = make_film(delivery, tmp_path)
        (out,) = packaged(delivery, film, None, tmp_path / name, still=still)
        with av.open(str(out)) as container:
            mean = next(container.decode(video=0)).to_ndarray(format="gray").mean()
            assert bool(mean > 200) is lit


def test_mxf_has_the_film_as_it_is_mono_tracks_and_a_timecode(tmp_path: Path) -> None:
    delivery, rate, frames = delivery_of("broadcast-xdcam50"), Fraction(25), 14
    film = make_film(delivery, tmp_path, frames=frames)
    target = tmp_path / "film.mxf"
    (out,) = packaged(delivery, film, make_sound(tmp_path, rate), target, frames=frames, rate=rate)
    with av.open(str(out)) as container:
        assert container.streams.video[0].codec_context.profile == "4:2:2"
        assert [stream.codec_context.channels for stream in container.streams.audio] == [1, 1]
        assert {stream.codec_context.name for stream in container.streams.audio} == {"pcm_s24le"}
        assert container.metadata["timecode"] == "01:00:00:00"
        assert sum(1 for packet in container.demux(video=0) if packet.size) == frames


def test_opatom_is_a_file_a_track(tmp_path: Path) -> None:
    files = made("avid-dnxhr-opatom", tmp_path, "film")
    assert [path.name for path in files] == ["film_v1.mxf", "film_a1.mxf", "film_a2.mxf"]
    with av.open(str(files[0])) as container:
        assert container.streams.video[0].codec_context.profile == "DNXHR HQX"


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "documents"
    target.mkdir()
    (target / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="holds other things"):
        made("seq-png16", tmp_path, "documents")
    assert [path.name for path in target.iterdir()] == ["thesis.txt"]


def test_a_sequence_replaces_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    target.mkdir()
    (target / "999999.png").write_bytes(b"old")
    made("seq-png16", tmp_path, "frames")
    assert not (target / "999999.png").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["frames", "sources"]


def test_a_failure_leaves_nothing_and_touches_nothing(tmp_path: Path) -> None:
    delivery = delivery_of("preview-gif")
    target = tmp_path / "loop.gif"
    target.write_bytes(b"old")
    film = tmp_path / "film.mov"
    film.write_bytes(b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(100))
    with pytest.raises(FfmpegFailed):
        packaged(delivery, film, None, target)
    assert target.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov", "loop.gif"]


def test_a_stop_leaves_nothing(tmp_path: Path) -> None:
    delivery = delivery_of("hls")
    cancel = threading.Event()
    film = make_film(delivery, tmp_path)
    cancel.set()
    with pytest.raises(Interrupted):
        packaged(delivery, film, None, tmp_path / "out", cancel=cancel)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mov"]


def test_names_with_signs_of_patterns_are_only_names(tmp_path: Path) -> None:
    folder = tmp_path / "100%03d: 'odd'"
    folder.mkdir()
    files = made("seq-png16", folder, "a %d b")
    assert len(files) == FRAMES + 1
