"""What `doctor` finds on this machine."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_doctor_tells_what_it_found(run: Run) -> None:
    document = run("doctor", "--json").document
    assert document["ffmpeg"]["encoders"]["libx264"]
    assert "fade" in document["ffmpeg"]["transitions"]
    assert document["packages"]["av"]
    assert document["cache"]["free_bytes"] > 0
    assert document["scripts"]["Latin"] == "the bundled font"
    assert len(document["scripts"]) == 10
    assert document["shaping"]


def test_doctor_ends_with_69_without_an_ffmpeg(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_FFMPEG", "/no/such/ffmpeg")
    ended = run("doctor")
    assert ended.code == 69
    assert "/no/such/ffmpeg" in ended.out
