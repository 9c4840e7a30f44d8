"""Self-test of an ffmpeg program: it makes a few pictures as films are made before it is trusted with one.

Names in its lists say what was built in, not what its filters make of pictures: ffmpeg 5.1 has `xfade`, and loses the
last picture of every blend.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Mapping

from stitcher.errors import FfmpegMissing
from stitcher.media import probe_cache
from stitcher.media.ffmpeg import Ffmpeg, run_briefly
from stitcher.media.ffmpeg_failure import LEVELS, own_reason

NEEDED = "7.1"
"""The oldest release whose filters have what films are made with."""

_GOOD = "good"
_TRIED = 1
"""Raised when the trial asks for more than before."""
_RATE = 24
_CLIP = 12
_BLEND = 4
_SIDE = 16
_TAGS = "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709:chroma_location=unspecified"
_SOUND = (
    "astats=measure_perchannel=none:measure_overall=Peak_level,alimiter=level=0:latency=1,aresample=48000"
)


def _graph() -> str:
    """Three clips, counted and blended as a film's are, and a sound, measured as a film's is."""
    chains = [
        f"nullsrc=s={_SIDE}x{_SIDE}:r={_RATE}:d=1,geq=lum={16 + 70 * n}+3*N:cb=128:cr=128,format=gray,"
        f"trim=start_frame=0:end_frame={_CLIP},setpts=N/(({_RATE})*TB),fps=fps={_RATE}:start_time=0,"
        f"setsar=1,setparams={_TAGS}[c{n}]"
        for n in range(3)
    ]
    first, second = _CLIP - _BLEND, 2 * (_CLIP - _BLEND)
    return ";".join(
        (
            *chains,
            f"[c0][c1]xfade=transition=fade:duration={_BLEND / _RATE:.9f}:offset={first / _RATE:.9f}[x]",
            f"[x][c2]xfade=transition=fade:duration={_BLEND / _RATE:.9f}:offset={second / _RATE:.9f}[y]",
            f"anoisesrc=r=48000:d=0.2:a=0.1,{_SOUND}[s]",
        )
    )


def _arguments() -> list[str]:
    return [
        *LEVELS, "-loglevel", "warning", "-xerror", "-filter_complex", _graph(), "-map", "[y]",
        "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1", "-map", "[s]", "-f", "null", "-",
    ]  # fmt: skip


def _blends() -> list[float]:
    """What each picture of the film must be: its grey."""
    film: list[float] = []
    for n in range(3):
        clip = [16 + 70 * n + 3 * frame for frame in range(_CLIP)]
        overlap = _BLEND if film else 0
        for step in range(overlap):
            under = film[step - overlap]
            film[step - overlap] = under + (clip[step] - under) * step / overlap
        film += clip[overlap:]
    return film


def check(program: Ffmpeg) -> None:
    """Raise `FfmpegMissing` where the program cannot make films, with the reason and what it takes.

    Tries it once for each version of it; a success is remembered, in the cache folder.
    """
    stat = os.stat(program.path)
    key = (str(program.path), stat.st_ino, stat.st_size, stat.st_mtime_ns, program.version, _TRIED)
    if probe_cache.get("trials", key) != _GOOD:
        try_out(program)
        probe_cache.put("trials", key, _GOOD)


def try_out(program: Ffmpeg) -> None:
    """Raise `FfmpegMissing` where the program, tried now, cannot make films."""
    lack = _lack(program)
    if lack:
        raise FfmpegMissing(
            f"ffmpeg {program.version} ({str(program.path)!r}) cannot make films: {lack}. stitcher needs ffmpeg "
            f"{NEEDED} or later: install one, or unset STITCHER_FFMPEG to use the one that comes with stitcher."
        )


def _lack(program: Ffmpeg) -> str:
    """What the program cannot do of what every film needs, in a few words; empty when it can do it all."""
    try:
        ended = run_briefly(program.path, "-y", "-nostats", *_arguments())
    except (OSError, subprocess.TimeoutExpired) as exc:
        return f"it could not be tried ({exc})"
    if ended.returncode:
        reason = own_reason(ended.stderr.decode(errors="replace"))
        return reason or f"it ended with {ended.returncode} when it was tried"
    greys = ended.stdout[:: _SIDE * _SIDE]
    expected = _blends()
    if len(greys) != len(expected):
        return f"its dissolves lose pictures, {len(greys)} of {len(expected)} came out"
    if any(abs(grey - right) > 2 for grey, right in zip(greys, expected, strict=True)):
        return "its dissolves show other pictures than they should"
    return ""


def check_parts(program: Ffmpeg, parts: Mapping[str, Collection[str]], what: str) -> None:
    """Raise `FfmpegMissing` where the program was built without something that `what` needs.

    `parts` are names of `encoder`s, `filter`s and `muxer`s.
    """
    lists = {"encoder": program.encoders, "filter": program.filters, "muxer": program.muxers}
    missing = [
        f"{kind} {name}"
        for kind, names in parts.items()
        if names
        for name in names
        if name not in lists[kind]()
    ]
    if missing:
        raise FfmpegMissing(
            f"{what} needs the {' and the '.join(missing)}, which ffmpeg {program.version} ({str(program.path)!r}) was "
            "built without: install another, or unset STITCHER_FFMPEG to use the one that comes with stitcher."
        )
