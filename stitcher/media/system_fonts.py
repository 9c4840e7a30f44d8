"""Fonts of the machine, as fontconfig knows them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_SLOWEST_S = 20
_UPRIGHT = ("regular", "book", "roman", "medium")


def fonts_with(letters: str) -> tuple[Path, ...]:
    """Files of upright fonts that have all of these letters, the most fitting first; none where there is no fontconfig.

    Noto's sans comes first, then other sans, each by name, so that the same fonts give the same answer.
    """
    program = shutil.which("fc-list")
    if program is None:
        return ()
    charset = " ".join(sorted({f"{ord(letter):x}" for letter in letters}))
    wanted = (program, f":charset={charset}", "--format=%{file}\\t%{family}\\t%{style}\\n")
    try:
        told = subprocess.run(
            wanted, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SLOWEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found: dict[Path, tuple[bool, bool, str]] = {}
    for line in told.stdout.decode(errors="replace").splitlines():
        file, family, style = [*line.split("\t"), "", ""][:3]
        path = Path(file)
        if path.suffix.lower() not in (".ttf", ".otf", ".ttc", ".otc") or not _is_upright(style):
            continue
        family = family.casefold()
        found[path] = ("noto sans" not in family, "sans" not in family, str(path))
    return tuple(sorted(found, key=found.__getitem__))


def _is_upright(styles: str) -> bool:
    return any(style.strip().casefold() in _UPRIGHT for style in styles.split(","))
