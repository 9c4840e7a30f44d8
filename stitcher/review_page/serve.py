"""A review page served to this machine alone: decisions are written beside the storyboard as they are made.

The address that is printed works once: whoever opens it gets a cookie, without which nothing is answered. What asks in
another host's name (a page elsewhere whose name was pointed here) or writes from another page is refused.
"""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from stitcher.errors import InputError, StitcherError
from stitcher.media.files import opened_file, write_whole
from stitcher.review_page.decisions import MOST_BYTES, parse_decisions, read_decisions

_HOST = "127.0.0.1"
_TYPES = {".html": "text/html; charset=utf-8", ".jpg": "image/jpeg", ".png": "image/png", ".mp4": "video/mp4"}
_CHUNK = 1 << 18
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class ReviewServer:
    """Serves a page from `with` to the end of the block, on a port of 127.0.0.1 that is free."""

    def __init__(self, folder: Path, page: str, decisions: Path) -> None:
        self.decisions = decisions
        """The file that decisions are written to."""
        self.files: Mapping[str, Path] = {
            f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()
        }
        self.page = page
        self.lock = threading.Lock()
        self.session = secrets.token_urlsafe(32)
        self._token: str | None = secrets.token_urlsafe(32)
        if decisions.exists():
            read_decisions(decisions)
        self._server = _Server((_HOST, 0), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="review", daemon=True
        )
        self.origin = f"http://{_HOST}:{self._server.server_port}"
        """What asks must say that it asks here."""
        self.url = f"{self.origin}/?token={self._token}"
        """The address to open; it works once."""

    def spend(self, token: str) -> bool:
        """Whether this is the token, which is none from now on."""
        with self.lock:
            good = self._token is not None and hmac.compare_digest(self._token.encode(), token.encode())
            if good:
                self._token = None
            return good

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers do not tell the ports of a host apart."""
        return f"stitcher-review-{self._server.server_port}"

    def __enter__(self) -> ReviewServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], review: ReviewServer) -> None:
        self.review = review
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60

    def do_GET(self) -> None:
        review, address = self.server.review, urlsplit(self.path)
        if not self._asks_here():
            return
        if token := parse_qs(address.query).get("token", [""])[0]:
            self._let_in(token)
        elif not self._is_known():
            self._refuse(HTTPStatus.FORBIDDEN, "Open the address that stitcher printed; it works once.")
        elif address.path == "/":
            self._send(HTTPStatus.OK, review.page.encode(), _TYPES[".html"])
        elif address.path == "/decisions":
            there = review.decisions.exists()
            content = review.decisions.read_bytes() if there else b""
            self._send(HTTPStatus.OK if there else HTTPStatus.NO_CONTENT, content, "application/json")
        elif (file := review.files.get(address.path)) is not None:
            self._send_file(file)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "There is no such file.")

    def do_POST(self) -> None:
        review = self.server.review
        if not self._asks_here():
            return
        if not self._is_known() or self.headers.get("Origin") != review.origin:
            self._refuse(HTTPStatus.FORBIDDEN, "Decisions are taken from the review page alone.")
            return
        length = self.headers.get("Content-Length", "")
        if self.path != "/decisions" or not length.isdecimal() or int(length) > MOST_BYTES:
            self._refuse(HTTPStatus.BAD_REQUEST, "These are no decisions.")
            return
        content = self.rfile.read(int(length))
        try:
            parse_decisions(content, "what the page sent")
            with review.lock:
                write_whole(review.decisions, content)
        except InputError as exc:
            self._refuse(HTTPStatus.BAD_REQUEST, str(exc))
        except StitcherError as exc:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, str(exc))
        else:
            self._send(HTTPStatus.NO_CONTENT)

    def _asks_here(self) -> bool:
        here = self.headers.get("Host") == self.server.review.origin.removeprefix("http://")
        if not here:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "This is not the host that was asked.")
        return here

    def _is_known(self) -> bool:
        review = self.server.review
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get(review.cookie)
        except CookieError:
            return False
        return held is not None and hmac.compare_digest(held.value.encode(), review.session.encode())

    def _let_in(self, token: str) -> None:
        review = self.server.review
        if not review.spend(token):
            self._refuse(HTTPStatus.FORBIDDEN, "This address was opened already; start stitcher again.")
            return
        cookie = f"{review.cookie}={review.session}; Path=/; HttpOnly; SameSite=Strict"
        self._send(HTTPStatus.SEE_OTHER, more={"Location": "/", "Set-Cookie": cookie})

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        # What a refused request would still send is not read.
        self.close_connection = True
        self._send(status, f"{why}\n".encode(), "text/plain; charset=utf-8")

    def _send(
        self, status: HTTPStatus, content: bytes = b"", kind: str = "", more: Mapping[str, str] | None = None
    ) -> None:
        self._begin(status, len(content), {"Content-Type": kind, **(more or {})} if kind else more or {})
        self.wfile.write(content)

    def _begin(self, status: HTTPStatus, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        if status is not HTTPStatus.NO_CONTENT:
            self.send_header("Content-Length", str(length))
        for name, value in (_HEADERS | dict(headers)).items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send_file(self, path: Path) -> None:
        """A file, or the part of it that is asked for: films are jumped about in."""
        size = path.stat().st_size
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start, stop = (int(asked[1]), min(size, int(asked[2] or size) + 1)) if asked else (0, size)
        if asked and start >= stop:
            self._begin(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, {"Content-Range": f"bytes */{size}"})
            return
        headers = {"Content-Type": _TYPES[path.suffix], "Accept-Ranges": "bytes"}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        status = HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK
        with opened_file(path) as file:
            self._begin(status, stop - start, headers)
            file.seek(start)
            while start < stop and (chunk := file.read(min(_CHUNK, stop - start))):
                self.wfile.write(chunk)
                start += len(chunk)

    def log_message(self, *args: object) -> None:
        """Requests are not news."""
