"""Further sound tracks: languages and stems, named and tagged as far as containers do, read back by others."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from stitcher import api
from stitcher.deliveries import Delivered
from stitcher.errors import OutputError, PlanError, StitcherError
from stitcher.media.ffmpeg import find
from stitcher.rendering.options import RenderOptions
from tests.footage import Footage, tone
from tests.sound.material import read

Make = Callable[..., list[Delivered]]


def _pitch(hertz: float, seconds: float = 1.0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(0.2 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * 48_000)) / 48_000))[:, None]


@pytest.fixture
def make(tmp_path: Path, footage: Footage) -> Make:
    """Films of one shot with a line in three languages over music, delivered as told."""
    clip = shutil.copy(footage.clip(1, frames=48), tmp_path / "clip.mp4")
    for name, hertz in (("en", 440), ("de", 880)):
        shutil.copy(footage.wav(f"tracks-{name}", _pitch(hertz)), tmp_path / f"line.{name}.wav")
    shutil.copy(footage.wav("tracks-score", tone(2.0) * 0.1), tmp_path / "score.wav")

    def made(deliveries: str, film: str = "{fps: 24}") -> list[Delivered]:
        board = tmp_path / "board.yaml"
        board.write_text(
            f"stitcher: 1\nlanguage: en\nformat: {film}\nshots: [{{id: a, clip: {Path(clip).name}}}]\n"
            "sound:\n"
            "  - {role: music, file: score.wav}\n"
            "  - {role: dialogue, file: line.en.wav, text: Hello, at: 0.5s,\n"
            "     dubs: {de: {file: line.de.wav, text: Hallo}, fr: {text: Salut}}}\n"
            f"deliver: [{deliveries}]\n"
        )
        done = list(api.deliver(api.load(board), options=RenderOptions(cache=tmp_path / "cache")))
        for one in done:
            if one.error is not None:
                raise one.error
        return done

    return made


def strongest(film: Path, stream: int, program: str | None = None) -> int:
    """The pitch that is loudest in the first second of a line, of one sound stream."""
    args = (program or str(find().path), "-v", "error", "-i", str(film), "-map", f"0:a:{stream}", "-ac", "1")
    raw = subprocess.run((*args, "-f", "f32le", "-"), capture_output=True, check=True).stdout
    heard = np.frombuffer(raw, "<f4")[30_000:54_000]
    return int(np.abs(np.fft.rfft(heard))[50:].argmax() + 50) * 2


def told(film: Path) -> list[tuple[str, str, bool]]:
    """Language, name and whether it is on, of each sound stream, as ffprobe has them."""
    args = ("ffprobe", "-v", "error", "-select_streams", "a", "-show_streams", "-of", "json", str(film))
    streams = json.loads(subprocess.run(args, capture_output=True, check=True).stdout)["streams"]
    return [
        (
            one.get("tags", {}).get("language", ""),
            one.get("tags", {}).get("title") or one.get("tags", {}).get("handler_name", ""),
            bool(one["disposition"]["default"]),
        )
        for one in streams
    ]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_each_language_is_a_track_and_the_first_is_on(make: Make, tmp_path: Path, suffix: str) -> None:
    make(f"{{preset: master-copy, file: film.{suffix}, languages: [de, en]}}")
    film = tmp_path / f"film.{suffix}"
    for program in filter(None, (None, shutil.which("ffmpeg"))):
        assert [strongest(film, stream, program) for stream in (0, 1)] == [880, 440]
    # QuickTime has numbers for languages, which FFmpeg reads as the older of the two codes.
    german = "ger" if suffix == "mov" else "deu"
    assert [(language, on) for language, _, on in told(film)] == [(german, True), ("eng", False)]
    with av.open(str(film)) as container:
        assert [stream.language for stream in container.streams.audio] == [german, "eng"]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["mp4", "mov", "mkv"])
def test_a_films_only_sound_is_in_the_language_of_its_storyboard(
    make: Make, tmp_path: Path, suffix: str
) -> None:
    make(f"{{preset: master-copy, file: film.{suffix}}}")
    assert [language for language, _, _ in told(tmp_path / f"film.{suffix}")] == ["eng"]


@pytest.mark.slow
def test_stems_are_tracks_of_a_mov_all_switched_on_and_named(make: Make, tmp_path: Path) -> None:
    make("{preset: master-prores-hq, file: film.mov, stem_tracks: true}")
    film = tmp_path / "film.mov"
    assert told(film)[1:] == [("eng", "dialogue", True), ("", "music", True)]
    assert told(film)[0][2] is True
    mix, dialogue, music = (read(film, stream=number) for number in range(3))
    assert np.abs(mix - dialogue - music).max() < 10 ** (-90 / 20)


@pytest.mark.slow
def test_in_matroska_only_the_films_own_sound_is_switched_on(make: Make, tmp_path: Path) -> None:
    make("{preset: master-copy, file: film.mkv, stem_tracks: true, languages: [en, de]}")
    assert [on for _, _, on in told(tmp_path / "film.mkv")] == [True, False, False, False]


@pytest.mark.slow
def test_languages_and_stems_go_together(make: Make, tmp_path: Path) -> None:
    make("{preset: master-prores-hq, file: film.mov, stem_tracks: true, languages: [en, de]}")
    assert [name for _, name, _ in told(tmp_path / "film.mov")][1:] == ["de", "dialogue", "music"]


@pytest.mark.slow
def test_an_mxf_has_them_after_the_films_own_mono_tracks(make: Make, tmp_path: Path) -> None:
    make("{preset: broadcast-xdcam50, file: film.mxf, stem_tracks: true, loudness: none}", "{fps: 25}")
    film = tmp_path / "film.mxf"
    heard = [read(film, channels=1, stream=number) for number in range(6)]
    assert {len(track) for track in heard} == {96_000}
    left, _, dialogue, _, music, _ = heard
    assert np.abs(left - dialogue - music).max() < 10 ** (-90 / 20)


@pytest.mark.slow
def test_a_film_in_one_language_has_its_line_and_its_captions(make: Make, tmp_path: Path) -> None:
    make("{preset: draft, file: german.mp4, languages: de}, {preset: draft, file: all.mp4}")
    assert strongest(tmp_path / "german.mp4", 0) == 880
    assert strongest(tmp_path / "all.mp4", 0) == 440
    assert sorted(path.name for path in tmp_path.glob("german.*.srt")) == ["german.de.srt"]
    assert sorted(path.name for path in tmp_path.glob("all.*.srt")) == [
        "all.de.srt",
        "all.en.srt",
        "all.fr.srt",
    ]
    assert "Hallo" in (tmp_path / "all.de.srt").read_text()


@pytest.mark.slow
def test_stems_of_what_is_said_are_one_a_language(make: Make, tmp_path: Path) -> None:
    make("{preset: draft, file: film.mp4, stems: stems}")
    names = sorted(path.name for path in (tmp_path / "stems").iterdir())
    assert names == ["dialogue.de.wav", "dialogue.en.wav", "me.wav", "music.wav"]
    pitches = [strongest(tmp_path / "stems" / f"dialogue.{tag}.wav", 0) for tag in ("en", "de")]
    assert pitches == [440, 880]


@pytest.mark.parametrize(
    ("delivery", "error", "said"),
    [
        pytest.param("languages: [es]", PlanError, "language 'es', and the film's are en, de, fr", id="nobody's"),
        pytest.param("stem_tracks: true", OutputError, "mov, mkv, mxf, mxf_opatom hold them, mp4 does not", id="stems"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_track_is_refused(
    make: Make, delivery: str, error: type[StitcherError], said: str
) -> None:
    with pytest.raises(error, match=said):
        make(f"{{preset: youtube-1080p, file: film.mp4, {delivery}}}")
