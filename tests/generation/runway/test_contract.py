"""Runway, against the stand-in, keeps to what every provider keeps to."""

from __future__ import annotations

import pytest

from stitcher.generation.provider import Expected, Submission
from tests.generation.provider_contract import ProviderContract


class TestRunway(ProviderContract):
    @pytest.fixture
    def take(self) -> Submission:
        return Submission(
            "image_to_video",
            {
                "model": "gen4_turbo",
                "promptImage": "https://example.com/a.png",
                "ratio": "1280:720",
                "duration": 5,
            },
        )

    @pytest.fixture
    def expected(self) -> Expected:
        return Expected("video", frames=121, size=(160, 90))
