"""What `probe` says of clips and sounds."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_probe_tells_clips_and_sounds(run: Run, chain: list[Path], score: Path) -> None:
    ended = run("probe", chain[0], score, "--json")
    clip, sound = ended.document["files"]
    assert (clip["video"]["frames"], clip["video"]["rate"]) == (25, "24")
    assert (sound["video"], sound["audio"][0]["sample_rate"]) == (None, 48000)


def test_probe_tells_the_good_files_and_ends_with_the_code_of_the_bad(
    run: Run, here: Path, chain: list[Path]
) -> None:
    ended = run("probe", "missing.mp4", chain[0])
    assert ended.code == 66
    assert "25 frames" in ended.out
    assert "missing.mp4" in ended.err
