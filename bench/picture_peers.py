"""A still that is zoomed into and a shot that fades, by one ffmpeg command and from a storyboard."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.footage import FOOTAGE, clips, ffmpeg, ffmpeg_exe

SIZE = (1280, 720)
FRAMES = 96
ZOOM = 1.15
FADE = 60
X264 = ("-c:v", "libx264", "-preset", "medium", "-crf", "16", "-pix_fmt", "yuv420p")
"""What stitcher takes where no source says how it was encoded."""
_FADES = f"fade=in:0:{FADE},fade=out:{FADE}:{FADE + 1}"


def still() -> Path:
    """A picture of 2560x1440 with soft shapes and fine texture."""
    FOOTAGE.mkdir(parents=True, exist_ok=True)
    path = FOOTAGE / "still.png"
    if not path.exists():
        graph = (
            "gradients=s=2560x1440:seed=5:n=6,format=gbrp[g];"
            "cellauto=s=640x360:rule=18:seed=5,scale=2560:1440:flags=bicubic,boxblur=2,format=gbrp[c];"
            "[g][c]blend=all_mode=softlight:all_opacity=0.5"
        )
        ffmpeg("-filter_complex", graph, "-frames:v", "1", str(path))
    return path


def zoompan(out: Path, enlarged: int | None = None) -> list[str]:
    """The zoom by ffmpeg's `zoompan`, which moves in whole pixels; of the picture enlarged to a width where one is
    given, as people do so that the steps are smaller."""
    return _command(still(), f"{_move(enlarged)},format=yuv420p", out)


def _move(enlarged: int | None) -> str:
    first = f"scale={enlarged}:-2," if enlarged else ""
    move = f"zoompan=z='1+{ZOOM - 1:.2f}*on/{FRAMES - 1}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
    return f"{first}{move}:d={FRAMES}:s={SIZE[0]}x{SIZE[1]}:fps=24"


def fade_command(out: Path) -> list[str]:
    """A shot that fades in and then out, by ffmpeg's `fade`."""
    (clip,) = clips("second", 1, frames=2 * FADE + 1)
    return _command(clip, _FADES, out)


def both_commands(out: Path) -> list[str]:
    """The shot that fades and the zoom after it, by one command."""
    (clip,) = clips("second", 1, frames=2 * FADE + 1)
    fades = f"[0:v]{_FADES},setsar=1[a];[1:v]{_move(None)},setsar=1[b]"
    head = (ffmpeg_exe(), "-nostdin", "-y", "-v", "error", "-i", str(clip), "-i", str(still()))
    graph = f"{fades};[a][b]concat=n=2:v=1:a=0,format=yuv420p[v]"
    return [*head, "-filter_complex", graph, "-map", "[v]", "-an", *X264, str(out)]


def zoom_shot() -> str:
    """The zoom in a storyboard."""
    return f"{{id: still, still: {_path(still())}, duration: {FRAMES}f, move: {{zoom: {ZOOM}}}}}"


def fade_shot() -> str:
    """The fades in a storyboard: every frame has one, so every frame is encoded."""
    (clip,) = clips("second", 1, frames=2 * FADE + 1)
    return f"{{id: clip, clip: {_path(clip)}, fade_in: {FADE}f, fade_out: {FADE + 1}f}}"


def rendered(shots: Sequence[str], board: Path, out: Path) -> list[str]:
    """A film of these shots, by our command."""
    size = f"{SIZE[0]}x{SIZE[1]}"
    rows = "".join(f"  - {shot}\n" for shot in shots)
    board.write_text(f"stitcher: 1\ntitle: Bench\nformat: {{size: {size}, fps: 24}}\nshots:\n{rows}")
    return [sys.executable, "-m", "stitcher", "render", str(board), "-o", str(out)]


def _command(source: Path, graph: str, out: Path) -> list[str]:
    head = (ffmpeg_exe(), "-nostdin", "-y", "-v", "error", "-i", str(source), "-vf", graph)
    return [*head, "-an", *X264, str(out)]


def _path(path: Path) -> str:
    return json.dumps(str(path.resolve()))
