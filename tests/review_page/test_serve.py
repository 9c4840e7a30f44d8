"""A served page: one address that works once, one host, decisions from the page alone, films in parts."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from stitcher.errors import InputError
from stitcher.review_page.serve import ReviewServer

DECISIONS = json.dumps({"stitcher_review": 1, "notes": [{"shot": "a", "frame": 1, "text": "x"}]}).encode()
FILM = bytes(range(200))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    (tmp_path / "page").mkdir()
    (tmp_path / "page/film.mp4").write_bytes(FILM)
    (tmp_path / "secret.mp4").write_bytes(b"secret")
    with ReviewServer(tmp_path / "page", "<p>page", tmp_path / "b.review.json") as running:
        yield running


class Answer:
    def __init__(
        self, server: ReviewServer, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> None:
        connection = http.client.HTTPConnection(server.origin.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, body or None, dict(headers))
            answer = connection.getresponse()
            self.status, self.content, self.headers = answer.status, answer.read(), answer.headers
        finally:
            connection.close()


def enter(server: ReviewServer) -> dict[str, str]:
    """The headers of whoever opened the address."""
    answer = Answer(server, "GET", server.url.removeprefix(server.origin), {})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    return {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}


def test_the_address_works_once(server: ReviewServer) -> None:
    known = enter(server)
    assert Answer(server, "GET", "/", known).content == b"<p>page"
    again = Answer(server, "GET", server.url.removeprefix(server.origin), {})
    assert (again.status, "Set-Cookie" in again.headers) == (403, False)


@pytest.mark.parametrize("path", ["/", "/film.mp4", "/decisions", "/?token=guess", "/?token=%C3%A9"])
@pytest.mark.parametrize("cookie", ["", "stitcher-review-1=x", "{name}=guess", "{name}=é", "=;;,=\x01"])
def test_nobody_else_is_answered(server: ReviewServer, path: str, cookie: str) -> None:
    headers = {"Cookie": cookie.format(name=server.cookie)} if cookie else {}
    assert Answer(server, "GET", path, headers).status == 403


def test_a_page_elsewhere_under_another_name_is_refused(server: ReviewServer) -> None:
    known = enter(server)
    for host in ("evil.example", "localhost:1", ""):
        assert Answer(server, "GET", "/", known | {"Host": host}).status == 421
        assert (
            Answer(
                server, "POST", "/decisions", known | {"Host": host, "Origin": server.origin}, DECISIONS
            ).status
            == 421
        )
    assert not server.decisions.exists()


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1"])
def test_decisions_from_another_page_are_refused(server: ReviewServer, origin: str | None) -> None:
    headers = enter(server) | ({} if origin is None else {"Origin": origin})
    assert Answer(server, "POST", "/decisions", headers, DECISIONS).status == 403
    assert not server.decisions.exists()


def test_decisions_are_written_as_they_come_and_read_again(server: ReviewServer) -> None:
    page = enter(server) | {"Origin": server.origin}
    assert Answer(server, "GET", "/decisions", page).status == 204
    assert Answer(server, "POST", "/decisions", page, DECISIONS).status == 204
    assert server.decisions.read_bytes() == Answer(server, "GET", "/decisions", page).content == DECISIONS
    for body, path in ((b"{}", "/decisions"), (b"[", "/decisions"), (DECISIONS, "/film.mp4")):
        assert Answer(server, "POST", path, page, body).status == 400
    assert server.decisions.read_bytes() == DECISIONS


def test_a_file_beside_the_board_that_holds_something_else_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "b.review.json").write_text("mine")
    with pytest.raises(InputError, match="is no file of decisions"):
        ReviewServer(tmp_path, "", tmp_path / "b.review.json")


@pytest.mark.parametrize("path", ["/../secret.mp4", "/%2e%2e/secret.mp4", "/page/film.mp4", "/film.mp4/"])
def test_only_files_of_the_page_are_served(server: ReviewServer, path: str) -> None:
    assert Answer(server, "GET", path, enter(server)).status == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-", 206, FILM),
        ("bytes=10-19", 206, FILM[10:20]),
        ("bytes=190-500", 206, FILM[190:]),
        ("bytes=200-", 416, b""),
        ("bytes=-5", 200, FILM),
        ("lines=1-2", 200, FILM),
    ],
)
def test_films_are_served_in_parts(server: ReviewServer, asked: str, status: int, part: bytes) -> None:
    answer = Answer(server, "GET", "/film.mp4", enter(server) | {"Range": asked})
    assert (answer.status, answer.content) == (status, part)
