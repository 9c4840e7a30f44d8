"""The same film by other means: one ffmpeg command, MoviePy, and a stream copy as the floor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.footage import ffmpeg_exe

X264 = ("-c:v", "libx264", "-preset", "medium", "-crf", "18", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "192k")


def lengths(clips: Sequence[Path]) -> list[int]:
    """Frames of each clip, from its name."""
    return [int(clip.stem.split("-")[-2]) for clip in clips]


def film_frames(clips: Sequence[Path], overlap: int) -> int:
    """Frames of the film with that overlap at every seam."""
    return sum(lengths(clips)) - overlap * (len(clips) - 1)


def seams(clips: Sequence[Path], overlap: int) -> list[tuple[int, int]]:
    """Half-open record ranges of the dissolves."""
    found, at = [], 0
    for length in lengths(clips)[:-1]:
        at += length - overlap
        found.append((at, at + overlap))
    return found


def one_command(
    clips: Sequence[Path],
    bed: Path | None,
    overlap: int,
    out: Path,
    video: Sequence[str] = X264,
    scale: str = "",
) -> list[str]:
    """What a person who knows ffmpeg well would type."""
    inputs = [part for clip in clips for part in ("-i", str(clip))]
    graph, last, at = [], "0:v", 0
    for index, length in enumerate(lengths(clips)[:-1]):
        at += length - overlap
        graph.append(
            f"[{last}][{index + 1}:v]xfade=transition=fade:duration={overlap / 24}:offset={at / 24}[v{index}]"
        )
        last = f"v{index}"
    seconds = film_frames(clips, overlap) / 24
    graph.append(f"[{last}]{scale}format=yuv420p[v]")
    argv = [ffmpeg_exe(), "-nostdin", "-y", "-v", "error", *inputs]
    if bed is not None:
        argv += ["-i", str(bed)]
        graph.append(f"[{len(clips)}:a]afade=in:d=1,afade=out:st={seconds - 2}:d=2,atrim=end={seconds}[a]")
    argv += ["-filter_complex", ";".join(graph), "-map", "[v]"]
    if bed is not None:
        argv += ["-map", "[a]", *AAC]
    return [*argv, *video, "-movflags", "+faststart", str(out)]


def stream_copy(clips: Sequence[Path], bed: Path, out: Path) -> list[str]:
    """The floor: packets of whole clips end to end, and the bed encoded."""
    listing = out.with_suffix(".txt")
    listing.write_text("".join(f"file '{clip.resolve()}'\n" for clip in clips))
    seconds = sum(lengths(clips)) / 24
    return [
        *(ffmpeg_exe(), "-nostdin", "-y", "-v", "error", "-f", "concat", "-safe", "0", "-i", str(listing)),
        *("-i", str(bed), "-map", "0:v", "-map", "1:a", "-c:v", "copy", *AAC),
        *(
            "-af",
            f"afade=in:d=1,afade=out:st={seconds - 2}:d=2",
            "-t",
            str(seconds),
            "-movflags",
            "+faststart",
            str(out),
        ),
    ]


MOVIEPY = """
import sys
from moviepy import AudioFileClip, CompositeVideoClip, VideoFileClip, afx, vfx
out, bed, overlap, *paths = sys.argv[1:]
fade = int(overlap) / 24
clips, at = [], 0.0
for index, path in enumerate(paths):
    clip = VideoFileClip(path)
    clips.append((clip.with_effects([vfx.CrossFadeIn(fade)]) if index else clip).with_start(at))
    at += clip.duration - fade
film = CompositeVideoClip(clips)
sound = AudioFileClip(bed).subclipped(0, film.duration).with_effects([afx.AudioFadeIn(1), afx.AudioFadeOut(2)])
film.with_audio(sound).write_videofile(
    out, fps=24, codec="libx264", preset="medium", audio_codec="aac", audio_bitrate="192k",
    ffmpeg_params=["-crf", "18", "-pix_fmt", "yuv420p"], logger=None,
)
"""


def moviepy(clips: Sequence[Path], bed: Path, overlap: int, out: Path) -> list[str]:
    """A MoviePy script of the same film."""
    return [sys.executable, "-c", MOVIEPY, str(out), str(bed), str(overlap), *map(str, clips)]


def stitcher(clips: Sequence[Path], bed: Path | None, overlap: int, out: Path, *options: str) -> list[str]:
    """Ours, by its command."""
    transition = (
        ["--transition", "dissolve", "--duration", f"{overlap}f"] if overlap else ["--transition", "match"]
    )
    music = ["--music", str(bed)] if bed is not None else []
    return [
        *(sys.executable, "-m", "stitcher", "assemble", *map(str, clips), "-o", str(out)),
        *transition, *music, *options,
    ]  # fmt: skip
