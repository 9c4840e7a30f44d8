"""Laying out: where everything lies, and what is refused with what it has and needs."""

from __future__ import annotations

from stitcher.timeline.model import Marker
from tests.timeline.boards import film_of, records, refusal


def test_cuts_lie_end_to_end() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": "cut"})
    assert records(film) == [(0, 121), (121, 242)]
    assert film.frames == 242


class TestMarkers:
    """Named frames."""

    def test_stand_at_shots_and_where_they_are_put(self) -> None:
        film = film_of(
            {"id": "a", "markers": ["Act one", {"name": "hit", "at": "1s", "note": "loud"}]},
            {"id": "b", "transition": "cut"},
            markers=[{"name": "turn", "at": "b-1f"}],
        )
        assert film.markers == (
            Marker(0, "a"),
            Marker(0, "Act one"),
            Marker(24, "hit", "loud"),
            Marker(120, "turn"),
            Marker(121, "b"),
        )

    def test_outside_are_refused(self) -> None:
        told = refusal(
            {"id": "a", "markers": [{"name": "x", "at": "6s"}]}, markers=[{"name": "y", "at": "9s"}]
        )
        assert "'x' is at 144" in told
        assert "'y' is at frame 216, and the film has 121 frames" in told
