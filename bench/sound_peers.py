"""An hour of sound: two beds and 58 spoken lines, mixed by one ffmpeg command and, ducked, by stitcher."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.footage import FOOTAGE, bed, ffmpeg, ffmpeg_exe
from bench.peers import AAC

SECONDS = 3600
LINES = 58


def line(number: int) -> Path:
    """A line of 20 to 39 s: a modulated tone and noise in place of words, with pauses, over a quiet room."""
    FOOTAGE.mkdir(parents=True, exist_ok=True)
    path = FOOTAGE / f"line-{number}.wav"
    if not path.exists():
        temp = path.with_suffix(".part.wav")
        words = f"(0.2*sin(2*PI*{180 + 3 * number}*t)*sin(2*PI*4*t)+0.1*(random(0)-0.5))*lt(mod(t\\,5)\\,3.4)"
        source = f"aevalsrc={words}+0.001*(random(1)-0.5):s=44100:d={20 + number % 20}"
        ffmpeg("-f", "lavfi", "-i", source, str(temp))
        temp.rename(path)
    return path


def starts() -> list[int]:
    """Seconds at which the lines begin."""
    return [10 + number * 60 for number in range(LINES)]


def amix(out: Path) -> list[str]:
    """What a person who knows ffmpeg well would type; nothing is ducked."""
    music = bed(SECONDS)
    inputs = ["-i", str(music), "-i", str(music)]
    graph = ["[0:a]volume=-8dB[c0]", "[1:a]volume=-20dB[c1]"]
    for number, start in enumerate(starts()):
        inputs += ["-i", str(line(number))]
        graph.append(f"[{number + 2}:a]adelay=delays={start}s:all=1[c{number + 2}]")
    labels = "".join(f"[c{number}]" for number in range(LINES + 2))
    graph.append(f"{labels}amix=inputs={LINES + 2}:normalize=0:duration=first,atrim=end={SECONDS}[a]")
    return [
        *(ffmpeg_exe(), "-nostdin", "-y", "-v", "error", *inputs),
        *("-filter_complex", ";".join(graph), "-map", "[a]", *AAC, str(out)),
    ]


_MIX = """
import sys, tempfile
from pathlib import Path
from stitcher.delivery.spec import UNTOUCHED, SoundSpec
from stitcher.session import lay_out
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from stitcher.storyboard.load import load
board, out = map(Path, sys.argv[1:])
film = lay_out(load(board))
spec = SoundSpec("aac", ("-b:a", "192k"), 2, 48000, "none")
with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
    render_sound(plan_mix(film.cues, film.samples), spec, UNTOUCHED, out, work=Workshop(Path(scratch)))
"""


def stitcher(board: Path, out: Path) -> list[str]:
    """Ours, to the same kind of file; both beds step back."""
    write_hour(board)
    return [sys.executable, "-c", _MIX, str(board), str(out)]


def mixed(board: Path, out: Path) -> list[str]:
    """What a person types to hear a storyboard's sound: mixed, measured, and written as a WAV."""
    return [sys.executable, "-m", "stitcher", "mix", str(board), "-o", str(out)]


def write_hour(board: Path, *, moved: int = 0) -> None:
    """The hour as a storyboard whose picture is a card; the line in its middle so many seconds later."""
    music = json.dumps(str(bed(SECONDS).resolve()))
    cues = [
        f"  - {{role: {role}, file: {music}, gain: {gain}, length: {SECONDS}s, duck: {{by: 10}}}}"
        for role, gain in (("music", -8), ("ambience", -20))
    ]
    cues += [
        f"  - {{role: dialogue, file: {json.dumps(str(line(number).resolve()))}, "
        f"at: {start + moved * (number == LINES // 2)}s}}"
        for number, start in enumerate(starts())
    ]
    _write(board, SECONDS, cues)


def write_crowd(board: Path, count: int) -> None:
    """Ten minutes of a bed and many sounds of 3 s."""
    cues = [f"  - {{role: music, file: {json.dumps(str(bed(600).resolve()))}, length: 600s}}"]
    for number in range(count - 1):
        source = json.dumps(str(line(number % LINES).resolve()))
        at = number * 596 / count
        cues.append(f"  - {{role: effects, file: {source}, at: {at:.3f}s, in: {number % 17}s, length: 3s}}")
    _write(board, 600, cues)


def _write(board: Path, seconds: int, cues: list[str]) -> None:
    card = f"shots: [{{id: card, title: {{text: Bench, duration: {seconds}s}}}}]"
    shape = "format: {fps: 24, size: 320x180}"
    board.write_text("\n".join(["stitcher: 1", shape, card, "sound:", *cues, ""]))
