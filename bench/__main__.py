"""`make bench`: the standard job and its variants against peers, in turn, on this machine.

python -m bench            every case, once
python -m bench dissolves  the named cases
python -m bench --runs 3   the median of three
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import footage, handover_peers, peers, picture_peers, sound_peers
from bench.measure import Measured, nearness, run

OVERLAP = 12


class Bench:
    """One run of the benchmark: where it works, how often it measures, and what it found."""

    def __init__(self, runs: int, folder: Path) -> None:
        self.runs = runs
        self.folder = folder
        self.found: dict[str, dict[str, float]] = {}

    def fresh(self) -> dict[str, str]:
        """An environment with an empty cache, so that nothing measured was made before."""
        cache = self.folder / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        return self.warm()

    def warm(self) -> dict[str, str]:
        """An environment with the cache as the last run left it.

        Python keeps what it compiled, as it does for a program that was installed.
        """
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return kept | {"STITCHER_CACHE": str(self.folder / "cache")}

    def timed(
        self, command: Sequence[str], environment: Callable[[], dict[str, str]] | None = None
    ) -> Measured:
        """The median run of a command."""
        found = [run(command, env=(environment or self.fresh)()) for _ in range(self.runs)]
        middle = statistics.median_low([measured.seconds for measured in found])
        return next(measured for measured in found if measured.seconds == middle)

    def report(self, case: str, **measured: Measured | float) -> None:
        """Print one case: each figure, and each time as a ratio of the first."""
        times = {name: value for name, value in measured.items() if isinstance(value, Measured)}
        base = next(iter(times.values()), None)
        print(f"\n{case}")
        row: dict[str, float] = {}
        for name, value in measured.items():
            if isinstance(value, Measured):
                ratio = value.seconds / base.seconds if base else 1.0
                print(
                    f"  {name:<22}{value.seconds:8.2f} s  {ratio:6.3f}"
                    f"  cpu {value.cpu_seconds:7.1f} s  {value.megabytes:6.0f} MB"
                )
                row |= {f"{name}_s": value.seconds, f"{name}_mb": value.megabytes, f"{name}_ratio": ratio}
            else:
                print(f"  {name:<22}{value:8.2f}")
                row[name] = value
        self.found[case] = row
        sys.stdout.flush()


def dissolves(bench: Bench, groups: str = "second", *, moviepy: bool = False, quality: bool = False) -> None:
    """The standard job: 12 clips, 11 dissolves of 12 frames, a music bed."""
    clips = footage.clips(groups)
    bed = footage.bed(91)
    ours, theirs = bench.folder / "ours.mp4", bench.folder / "theirs.mp4"
    measured: dict[str, Measured | float] = {
        "one ffmpeg command": bench.timed(peers.one_command(clips, bed, OVERLAP, theirs)),
        "stitcher": bench.timed(peers.stitcher(clips, bed, OVERLAP, ours)),
        "again, unchanged": bench.timed(peers.stitcher(clips, bed, OVERLAP, ours), bench.warm),
    }
    if moviepy:
        measured["MoviePy"] = bench.timed(peers.moviepy(clips, bed, OVERLAP, bench.folder / "moviepy.mp4"))
    if quality:
        reference = bench.folder / "reference.mkv"
        run(
            peers.one_command(
                clips, None, OVERLAP, reference, ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
            )
        )
        # What stitcher encodes: a little before each dissolve, the dissolve, and on to the next key frame.
        frames = [(start - 2, start + 24) for start, _ in peers.seams(clips, OVERLAP)]
        for name, film in (("ours", ours), ("theirs", theirs)):
            for meter, value in nearness(film, reference, frames).items():
                measured[f"{name}, {meter} at seams"] = value
        measured["ours, MB"] = ours.stat().st_size / 1e6
        measured["theirs, MB"] = theirs.stat().st_size / 1e6
    bench.report(f"12 clips, 11 dissolves, groups: {groups}", **measured)


def standard(bench: Bench) -> None:
    """One key frame a second, with MoviePy and the quality at the seams."""
    dissolves(bench, "second", moviepy=True, quality=True)


def gen4(bench: Bench) -> None:
    """Groups like those of Gen-4 files."""
    dissolves(bench, "gen4")


def clip(bench: Bench) -> None:
    """One key frame a clip."""
    dissolves(bench, "clip")


def sources(bench: Bench) -> None:
    """The standard job by other encoders, and by three in turn."""
    for encoders in (("abr",), ("cqp",), ("bare",), ("openh264",), ("x265",), ("crf", "openh264", "main")):
        clips, bed = footage.clips("second", encoders=encoders), footage.bed(91)
        ours, theirs, reference = (
            bench.folder / name for name in ("ours.mp4", "theirs.mp4", "reference.mkv")
        )
        own = (*footage.ENCODERS[encoders[0]], "-pix_fmt", "yuv420p")
        like = tuple(part for part in own if "filter_units" not in part and part != "-bsf:v")
        measured: dict[str, Measured | float] = {
            "one ffmpeg command": bench.timed(peers.one_command(clips, bed, OVERLAP, theirs, like)),
            "stitcher": bench.timed(peers.stitcher(clips, bed, OVERLAP, ours)),
        }
        lossless = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0")
        run(peers.one_command(clips, None, OVERLAP, reference, lossless))
        frames = [(start, stop) for start, stop in peers.seams(clips, OVERLAP)]
        for name, film in (("ours", ours), ("theirs", theirs)):
            for meter, value in nearness(film, reference, frames).items():
                measured[f"{name}, {meter} at seams"] = value
        bench.report(f"12 clips, 11 dissolves, by {', '.join(encoders)}", **measured)


def mixed(bench: Bench) -> None:
    """Cuts between clips of three encoders in turn, beside a stream copy of as many of one."""
    one, three = footage.clips("second"), footage.clips("second", encoders=("crf", "openh264", "main"))
    bed = footage.bed(91)
    bench.report(
        "12 clips of three encoders, cuts",
        **{
            "stream copy of one": bench.timed(peers.stream_copy(one, bed, bench.folder / "copy.mp4")),
            "stitcher": bench.timed(peers.stitcher(three, bed, 0, bench.folder / "ours.mp4")),
        },
    )


def matches(bench: Bench) -> None:
    """Match cuts: nothing to blend, so nothing to encode."""
    clips, bed = footage.clips("second"), footage.bed(91)
    bench.report(
        "12 clips, match cuts",
        **{
            "stream copy with sound": bench.timed(peers.stream_copy(clips, bed, bench.folder / "copy.mp4")),
            "stitcher": bench.timed(peers.stitcher(clips, bed, 0, bench.folder / "ours.mp4")),
        },
    )


def large(bench: Bench) -> None:
    """Four clips of 5 s at 3840x2160, dissolves."""
    clips = footage.clips("second", 4, size=(3840, 2160), frames=121)
    bed = footage.bed(91)
    bench.report(
        "4 clips at 2160p, dissolves",
        **{
            "one ffmpeg command": bench.timed(
                peers.one_command(clips, bed, OVERLAP, bench.folder / "theirs.mp4")
            ),
            "stitcher": bench.timed(peers.stitcher(clips, bed, OVERLAP, bench.folder / "ours.mp4")),
        },
    )


def youtube(bench: Bench) -> None:
    """A preset that must encode everything, and one seam of it changed."""
    clips, bed = footage.clips("second"), footage.bed(91)
    ours = bench.folder / "ours.mp4"
    like = (
        *("-c:v", "libx264", "-preset", "medium", "-crf", "16", "-maxrate", "16M", "-bufsize", "24M"),
        *("-profile:v", "high", "-level", "4.0", "-g", "12", "-bf", "2", "-x264-params", "open-gop=0"),
        *("-b:a", "384k"),
    )
    theirs = peers.one_command(
        clips, bed, OVERLAP, bench.folder / "theirs.mp4", like, "scale=1920:1080:flags=lanczos,"
    )
    first = peers.stitcher(clips, bed, OVERLAP, ours, "--preset", "youtube-1080p")
    bench.report(
        "youtube-1080p, everything encoded",
        **{"one ffmpeg command": bench.timed(theirs), "stitcher": bench.timed(first)},
    )
    one_seam(bench, clips, "youtube-1080p")


def pictures(bench: Bench) -> None:
    """A zoom into a still, a shot whose every frame fades, and both in one film; all is encoded."""
    board, ours, theirs = bench.folder / "film.yaml", bench.folder / "ours.mp4", bench.folder / "theirs.mp4"
    zoom, fade = picture_peers.zoom_shot(), picture_peers.fade_shot()
    bench.report(
        "a zoom into a still, 4 s",
        **{
            "zoompan, whole pixels": bench.timed(picture_peers.zoompan(theirs)),
            "zoompan of 8000 pixels": bench.timed(picture_peers.zoompan(theirs, 8000)),
            "stitcher": bench.timed(picture_peers.rendered([zoom], board, ours)),
        },
    )
    for case, shots, command in (
        ("a shot that fades in and out, 5 s", [fade], picture_peers.fade_command(theirs)),
        ("the shot that fades, and the zoom", [fade, zoom], picture_peers.both_commands(theirs)),
    ):
        film = bench.timed(picture_peers.rendered(shots, board, ours))
        bench.report(case, **{"one ffmpeg command": bench.timed(command), "stitcher": film})


def draft(bench: Bench) -> None:
    """A draft beside a delivery that encodes everything, and the delivery again after it."""
    clips, bed = footage.clips("second", 3, frames=121), footage.bed(15)
    ours = bench.folder / "ours.mp4"
    full = peers.stitcher(clips, bed, OVERLAP, ours, "--preset", "youtube-1080p")
    quick = peers.stitcher(clips, bed, OVERLAP, ours, "--preset", "draft")
    bench.report(
        "3 clips, 2 dissolves, youtube-1080p and its draft",
        **{
            "youtube-1080p": bench.timed(full),
            "draft": run(quick, env=bench.warm()),
            "youtube-1080p again": run(full, env=bench.warm()),
        },
    )


def seam(bench: Bench) -> None:
    """The standard job with one dissolve made longer, rendered again."""
    one_seam(bench, footage.clips("second"), "master-copy")


def one_seam(bench: Bench, clips: Sequence[Path], preset: str) -> None:
    """A storyboard rendered, one of its dissolves changed, and rendered again."""
    bed = footage.bed(91)
    board = bench.folder / "film.yaml"

    def command(frames: int) -> list[str]:
        shots = []
        for n, path in enumerate(clips):
            length = frames if n == 5 else OVERLAP
            join = f"\n    transition: {{kind: dissolve, duration: {length}f}}" if n else ""
            shots.append(f"  - id: s{n}\n    clip: {json.dumps(str(path.resolve()))}{join}")
        sound = f"sound:\n  - {{role: music, file: {json.dumps(str(bed.resolve()))}, fade_in: 1s, fade_out: 2s}}\n"
        board.write_text("stitcher: 1\ntitle: Bench\nshots:\n" + "\n".join(shots) + "\n" + sound)
        return [
            sys.executable,
            "-m",
            "stitcher",
            "render",
            str(board),
            "-o",
            str(bench.folder / "f.mp4"),
            "--preset",
            preset,
        ]

    found: list[Measured] = []
    for index, frames in enumerate((OVERLAP, OVERLAP + 6)):
        found.append(run(command(frames), env=bench.warm() if index else bench.fresh()))
    bench.report(f"one seam changed, {preset}", **{"first render": found[0], "changed": found[1]})


def many(bench: Bench) -> None:
    """Memory for 500 clips of 720p, and the time to plan 1,000."""
    few = footage.clips("second")
    clips = [few[n % len(few)] for n in range(500)]
    with tempfile.TemporaryDirectory(dir=bench.folder) as temp:
        linked = []
        for n, path in enumerate(clips):
            link = Path(temp) / f"clip-{n:04}.mp4"
            os.link(path, link)
            linked.append(link)
        argv = [
            *(
                sys.executable,
                "-m",
                "stitcher",
                "assemble",
                *map(str, linked),
                "-o",
                str(bench.folder / "many.mp4"),
            ),
            *("--transition", "match", "--music", str(footage.bed(91))),
        ]
        measured = run(argv, env=bench.fresh())
        (bench.folder / "many.mp4").unlink()
        bench.report("500 clips, match cuts", stitcher=measured)
        shots = "".join(
            f"  - id: s{n}\n    clip: {json.dumps(str(linked[n % 500].resolve()))}\n"
            + ("    transition: {kind: dissolve, duration: 12f}\n" if n else "")
            for n in range(1000)
        )
        board = Path(temp) / "film.yaml"
        board.write_text("stitcher: 1\ntitle: Bench\nshots:\n" + shots)
        planning = [sys.executable, "-m", "stitcher", "plan", str(board), "--json"]
        run(planning, env=bench.warm())
        bench.report("plan of 1,000 clips, probed before", stitcher=run(planning, env=bench.warm()))


def sound(bench: Bench) -> None:
    """An hour of sound with 60 cues: ours ducks the beds under the lines."""
    bench.report(
        "1 hour of sound, 60 cues, ducked",
        **{
            "one ffmpeg command": bench.timed(sound_peers.amix(bench.folder / "theirs.m4a")),
            "stitcher": bench.timed(
                sound_peers.stitcher(bench.folder / "sound.yaml", bench.folder / "ours.m4a")
            ),
        },
    )


def handover(bench: Bench) -> None:
    """Films of 500 and of 5,000 shots handed over with their media linked, and every format beside OTIO's adapters."""
    for count in (500, 5000):
        with tempfile.TemporaryDirectory(dir=bench.folder) as temp:
            board = handover_peers.board(count, Path(temp) / "film")
            run([sys.executable, "-m", "stitcher", "check", str(board)], env=bench.fresh())
            once = run(handover_peers.exporting(board, "resolve"), env=bench.warm())
            again = run(handover_peers.exporting(board, "resolve"), env=bench.warm())
            bench.report(
                f"hand-over of {count} shots, probed before", **{"for resolve": once, "again": again}
            )
            if count == 500:
                argv = [sys.executable, "-m", "bench.handover_peers", str(board)]
                told = subprocess.run(argv, env=bench.warm(), capture_output=True, text=True, check=True)
                bench.report("every format of it, seconds of the processor", **json.loads(told.stdout))


def moved(bench: Bench) -> None:
    """The hour mixed to a WAV, and mixed again with one of its lines 25 s later."""
    board, out = bench.folder / "moved.yaml", bench.folder / "moved.wav"
    sound_peers.write_hour(board)
    first = run(sound_peers.mixed(board, out), env=bench.fresh())
    sound_peers.write_hour(board, moved=25)
    bench.report(
        "1 hour of sound, a line moved",
        **{"first mix": first, "moved": run(sound_peers.mixed(board, out), env=bench.warm())},
    )


def crowd(bench: Bench) -> None:
    """Ten minutes of sound with 60 cues, and with 2,000."""
    board, out = bench.folder / "crowd.yaml", bench.folder / "crowd.wav"
    measured: dict[str, Measured] = {}
    for count in (60, 2000):
        sound_peers.write_crowd(board, count)
        measured[f"{count} cues"] = bench.timed(sound_peers.mixed(board, out))
    bench.report("10 minutes of sound", **measured)


CASES = (
    *(standard, sources, mixed, matches, gen4, clip, large, youtube, pictures, draft),
    *(seam, many, sound, moved, crowd, handover),
)


def main() -> None:
    """Run the chosen cases and keep their figures in `bench/out/results.json`."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", choices=[case.__name__ for case in CASES], default=[])
    parser.add_argument("--runs", type=int, default=1, help="runs of each command; the median counts")
    asked = parser.parse_args()
    folder = footage.OUT / "work"
    folder.mkdir(parents=True, exist_ok=True)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; ratios are to the first row"
    )
    bench = Bench(asked.runs, folder)
    for case in CASES:
        if not asked.cases or case.__name__ in asked.cases:
            case(bench)
    (footage.OUT / "results.json").write_text(json.dumps(bench.found, indent=2))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
