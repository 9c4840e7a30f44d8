"""Names that nothing has: each is answered with the nearest there is, or with all there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.cli.main import main
from stitcher.generation.ledger import Ledger
from stitcher.generation.paths import ledger_path
from tests.generation.making import make_request

_BOARD = """\
stitcher: 1
format: {ratio: "1280:720"}
defaults: {model: gen4_turbo, duration: 5}
shots:
  - {id: door, prompt: a door opens, start: door.png}
  - {id: snow, prompt: snow falls, start: door.png}
deliver:
  - {preset: reels, file: reels.mp4}
  - {preset: draft, file: draft.mp4}
"""


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A storyboard of two shots in the working folder, the first of which has a take that is under way."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "film.yaml"
    path.write_text(_BOARD)
    with Ledger.open(ledger_path(tmp_path)) as ledger:
        ledger.sending(ledger.intend(make_request("door", ceiling=10)).id)
    return path


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("render film.yaml --preset reel", "no preset named 'reel'. Did you mean reels?"),
        ("render film.yaml --preset nosuch", "no preset named 'nosuch'. There are: avid-dnxhr-opatom,"),
        ("render film.yaml --preset hls", "no delivery with the preset 'hls'; it has reels, draft."),
        ("render film.yaml --verify ful", "'ful' is not one of 'joins', 'full'; did you mean 'full'?"),
        ("generate film.yaml dor", "no shot 'dor': did you mean 'door'?"),
        ("generate film.yaml --retake planet", "no shot 'planet'; there are door, snow."),
        ("generate film.yaml --provider runwy", "no provider 'runwy': did you mean 'runway'?"),
        ("estimate film.yaml dor", "no shot 'dor': did you mean 'door'?"),
        ("upscale film.yaml dor", "no shot 'dor': did you mean 'door'?"),
        ("export film.yaml --to resolv -o out", "no editor named 'resolv'. Did you mean resolve?"),
        ("export film.yaml --to resolve -o out --without stms", "did you mean 'stems'?"),
        ("takes list film.yaml dor", "no shot 'dor': did you mean 'door'?"),
        ("takes circle film.yaml dor 1", "no take of 'dor': did you mean 'door'?"),
        ("takes accept film.yaml dor 1", "no take of 'dor': did you mean 'door'?"),
        ("takes decline film.yaml dor 1", "no take of 'dor': did you mean 'door'?"),
        ("takes remove film.yaml dor 1 --yes", "no take of 'dor': did you mean 'door'?"),
        ("takes remove film.yaml dor 1 --upscale 1080p --yes", "no take of 'dor': did you mean 'door'?"),
        ("adopt film.yaml dor task-1", "no take of 'dor': did you mean 'door'?"),
        ("retry film.yaml dor --accept-second-charge 5", "no take of 'dor': did you mean 'door'?"),
        ("presets show reel", "no preset named 'reel'. Did you mean reels?"),
        ("rendr film.yaml", "Did you mean 'render'"),
        ("render film.yaml --prset reels", "--preset"),
    ],
)
def test_a_name_that_nothing_has_is_answered_with_those_there_are(
    words: str, answer: str, board: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) != 0
    assert answer in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ("--transition disolve", "no transition 'disolve': did you mean 'dissolve'?"),
        ("--fit corp", "did you mean 'crop'?"),
        ("--encoder nvnc", "no encoder 'nvnc' to ask for: did you mean 'nvenc'?"),
        (
            "--encoder fast",
            "no encoder 'fast' to ask for; there are nvenc, qsv, vaapi, videotoolbox, software.",
        ),
        ("--loudness wbe", "no loudness target named 'wbe'. Did you mean web?"),
        ("--preset reel", "no preset named 'reel'. Did you mean reels?"),
    ],
)
def test_so_is_one_of_a_row_of_clips(
    options: str, answer: str, chain: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, _ = map(str, chain)
    assert main(["assemble", first, second, "-o", str(tmp_path / "film.mp4"), *options.split()]) != 0
    assert answer in capsys.readouterr().err
