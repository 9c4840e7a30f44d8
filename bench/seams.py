"""How well repeated pictures at seams are told: `python -m bench.seams`.

Draws seams whose truth is known (`bench.seam_cases`), encodes them, and judges them as a film's are judged.

python -m bench.seams              20 of each group, some ten minutes
python -m bench.seams --each 3     a first impression
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.seam_cases import cases
from bench.seam_scenes import Case, Textures, make


def judged(case: Case, folder: Path, textures: Textures) -> tuple[str, str]:
    """`found`, `missed` or `unsure` of a case that repeats pictures, `kept`, `wrong` or `unsure` of others; and why."""
    from stitcher.media.probe import probe
    from stitcher.seams.repeated_frames import measure

    earlier, later = map(probe, make(case, folder, textures))
    verdict = measure(earlier, earlier.video.frames - 1, later, 0)
    if verdict.repeats is None:
        return "unsure", verdict.reason
    if verdict.repeats == case.repeats:
        return "found" if case.repeats else "kept", verdict.reason
    return "wrong" if verdict.repeats else "missed", verdict.reason


def evaluated(some: Iterable[Case], *, told: bool = True) -> dict[str, Counter[str]]:
    """How often what was said of each group of cases."""
    textures = Textures()
    found: dict[str, Counter[str]] = {}
    for case in some:
        with tempfile.TemporaryDirectory(prefix="seams-") as folder:
            said, reason = judged(case, Path(folder), textures)
        found.setdefault(case.name, Counter())[said] += 1
        if told and (said in ("wrong", "missed") or (said == "unsure" and case.repeats)):
            print(f"{said}: {case}\n    {reason}", flush=True)
    return found


def main() -> None:
    """Print a row for each group."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=20, help="seams of each group")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name, said in evaluated(cases(asked.each, asked.seed)).items():
        counts = ", ".join(f"{count} {word}" for word, count in sorted(said.items()))
        print(f"{name:<24}{counts}")


if __name__ == "__main__":
    main()
