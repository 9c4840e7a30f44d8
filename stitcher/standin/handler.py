"""The stand-in's HTTP: paths, headers, status codes, and the ways an answer can go wrong on purpose."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import logging
import re
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

from stitcher.standin.faults import Fault, Kind
from stitcher.standin.rules import Refusal, is_endpoint

if TYPE_CHECKING:
    from stitcher.standin.server import StandIn, _Server

_log = logging.getLogger(__name__)

_BODY_CAP = 256 << 20
_JSON_CAP = 64 << 20
_PAGE = b"<!DOCTYPE html><html><head><title>Gateway</title></head><body>One moment, please.</body></html>"
_MEDIA_TYPES = {".mp4": "video/mp4", ".png": "image/png", ".wav": "audio/wav", ".zip": "application/zip"}
_DENIED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>"
_TASK = re.compile(r"tasks/([A-Za-z0-9-]{1,64})")


class _Dropped(Exception):
    """The connection is to be broken here."""


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    sys_version = ""
    timeout = 120
    disable_nagle_algorithm = True

    @property
    def _service(self) -> StandIn:
        return cast("_Server", self.server).service

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """To the logger and without the query, where addresses carry their signature."""
        _log.debug("%s %s", self.command, urlsplit(self.path).path)

    def do_GET(self) -> None:
        """Tasks, the organization, files."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """Creates, uploads, usage."""
        self._answer(self._post)

    def do_DELETE(self) -> None:
        """Cancel or erase a task."""
        self._answer(self._delete)

    def _answer(self, act: Callable[[str], None]) -> None:
        route = urlsplit(self.path).path
        # A base URL may have a path of its own; what counts begins at the last known first part.
        found = re.search(r"/(v1|storage|files)/.*$|/(v1|storage|files)$", route)
        try:
            if found is None:
                raise Refusal(404, "Not found")
            act(found[0].removeprefix("/"))
        except Refusal as refusal:
            self._send_json(refusal.status, refusal.wire())
        except _Dropped:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(2)
        except (BrokenPipeError, ConnectionError, TimeoutError):
            self.close_connection = True

    def _authorised(self) -> None:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not self._service.lets_in(key):
            raise Refusal(401, "You did not provide a valid API key.")
        if not self.headers.get("X-Runway-Version"):
            raise Refusal(400, "Missing X-Runway-Version header.")

    def _body(self, cap: int) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self.close_connection = True
            raise Refusal(400, "Content-Length required")
        if int(length) > cap:
            self.close_connection = True
            raise Refusal(413, "Request body too large")
        return self.rfile.read(int(length))

    def _json(self) -> dict[str, object]:
        try:
            body = json.loads(self._body(_JSON_CAP) or b"{}")
        except ValueError as exc:
            raise Refusal(400, "The body is not JSON.") from exc
        if not isinstance(body, dict):
            raise Refusal(400, "The body is not a JSON object.")
        return body

    def _get(self, route: str) -> None:
        if route.startswith("files/"):
            self._file(route)
            return
        self._authorised()
        route = route.removeprefix("v1/")
        if route == "organization":
            self._reply("account", self._service.organization())
        elif found := _TASK.fullmatch(route):
            self._reply("look", self._service.look(found[1]))
        else:
            raise Refusal(404, "Not found")

    def _post(self, route: str) -> None:
        if route.startswith("storage/"):
            self._store(route.removeprefix("storage/"))
            return
        route = route.removeprefix("v1/")
        body = self._json()
        self._authorised()
        if route == "uploads":
            token, fields, uri = self._service.storage.begin_upload(body)
            reply: dict[str, object] = {
                "uploadUrl": f"{self._service.url}/storage/{token}",
                "fields": fields,
                "runwayUri": uri,
            }
            self._reply("upload", reply)
        elif route == "organization/usage":
            self._usage(body)
        elif is_endpoint(route):
            self._create(route, body)
        else:
            raise Refusal(404, "Not found")

    def _delete(self, route: str) -> None:
        self._authorised()
        found = _TASK.fullmatch(route.removeprefix("v1/"))
        if found is None:
            raise Refusal(404, "Not found")
        fault = self._service.take_fault("delete")
        if fault is not None and not fault.booked:
            self._misbehave(fault, b"{}")
            return
        self._service.books.delete(found[1])
        if fault is not None:
            self._misbehave(fault, b"{}")
        else:
            self.send_response(204)
            self.end_headers()

    def _create(self, endpoint: str, body: dict[str, object]) -> None:
        service = self._service
        resend = int(self.headers.get("x-stainless-retry-count") or 0)
        fault = service.take_fault("create")
        if fault is not None and not fault.booked:
            service.books.refuse(endpoint, body, resend)
            self._misbehave(fault, b"{}")
            return
        try:
            reply = service.create(endpoint, body, resend)
        except Refusal:
            service.books.refuse(endpoint, body, resend)
            raise
        self._reply_with(fault, reply)

    def _usage(self, body: dict[str, object]) -> None:
        try:
            first, last = (
                date.fromisoformat(str(body[name])[:10]) if name in body else None
                for name in ("startDate", "beforeDate")
            )
        except ValueError as exc:
            raise Refusal(400, "Validation of body failed") from exc
        if first is not None and last is not None and not 0 <= (last - first).days <= 90:
            raise Refusal(400, "The range must be 90 days or less.")
        self._reply("account", self._service.books.usage())

    def _store(self, token: str) -> None:
        body = self._body(_BODY_CAP)
        self._note_leak("storage")
        fault = self._service.take_fault("storage")
        if fault is not None and not fault.booked:
            self._misbehave(fault, b"")
            return
        self._service.storage.finish_upload(token, self.headers.get("Content-Type", ""), body)
        if fault is not None:
            self._misbehave(fault, b"")
            return
        self.send_response(204)
        self.end_headers()

    def _note_leak(self, place: str) -> None:
        if self.headers.get("Authorization") or self.headers.get("X-Runway-Version"):
            self._service.books.note_leak(place)

    def _reply(self, kind: Kind, reply: dict[str, object]) -> None:
        self._reply_with(self._service.take_fault(kind), reply)

    def _reply_with(self, fault: Fault | None, reply: dict[str, object]) -> None:
        match fault.what if fault is not None else "":
            case "":
                self._send_json(200, reply)
            case "without_cost":
                kept = {name: reply[name] for name in reply if name not in ("cost", "estimatedCost")}
                self._send_json(200, kept)
            case "says" if fault is not None:
                self._send_json(200, reply | {"status": fault.text})
            case _ if fault is not None:
                self._misbehave(fault, json.dumps(reply).encode())

    def _misbehave(self, fault: Fault, right: bytes) -> None:
        match fault.what:
            case "drop":
                raise _Dropped
            case "delay":
                self._wait(fault.seconds)
                self._send(200, right, "application/json")
            case "html":
                self._send(fault.status, _PAGE, "text/html; charset=utf-8")
            case "empty_object":
                self._send(200, b"{}", "application/json")
            case "truncated_json":
                self._send(200, right[: len(right) // 2], "application/json")
            case "redirect":
                self._send(307, b"", "text/plain", Location=fault.text or self.path)
            case _:
                text = fault.text or f"Scripted {fault.status}"
                self._send_json(fault.status or 500, {"error": text})

    def _wait(self, seconds: float) -> None:
        if self._service.stopping.wait(seconds):
            raise _Dropped

    def _send_json(self, status: int, reply: dict[str, object]) -> None:
        self._send(status, json.dumps(reply).encode(), "application/json")

    def _send(self, status: int, content: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _file(self, route: str) -> None:
        self._note_leak("files")
        fault = self._service.take_fault("download")
        token = parse_qs(urlsplit(self.path).query).get("_jwt", [""])[0]
        if not self._service.storage.opens(token) or (fault is not None and fault.what == "expired"):
            self._send(403, _DENIED, "application/xml")
            return
        path = self._service.books.find(route.split("/")[1]).output
        if path is None:
            raise Refusal(404, "Not found")
        content = path.read_bytes()
        if fault is None:
            self._serve(path, content)
        else:
            self._serve_wrongly(fault, path, content)

    def _serve(self, path: Path, content: bytes) -> None:
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Accept_Ranges": "bytes"}
        media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        range_ = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if range_ is None or self.headers.get("If-Range", etag) != etag:
            self._send(200, content, media_type, **headers)
            return
        first = int(range_[1])
        if first >= len(content):
            self._send(416, b"", media_type, Content_Range=f"bytes */{len(content)}")
            return
        last = min(int(range_[2] or len(content)), len(content) - 1)
        headers["Content_Range"] = f"bytes {first}-{last}/{len(content)}"
        self._send(206, content[first : last + 1], media_type, **headers)

    def _serve_wrongly(self, fault: Fault, path: Path, content: bytes) -> None:
        media_type = _MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        half = len(content) // 2
        match fault.what:
            case "cut_off" | "stalls":
                etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
                self._head(media_type, length=len(content), etag=etag)
                self.wfile.write(content[:half])
                self.wfile.flush()
                self._wait(fault.seconds)
                raise _Dropped
            case "drips":
                self._head(media_type, length=len(content))
                for position in range(len(content)):
                    self.wfile.write(content[position : position + 1])
                    self._wait(fault.seconds)
            case "gzipped":
                encoding = {"Content_Encoding": "gzip"} if fault.booked else {}
                self._send(200, gzip.compress(content, 1, mtime=0), media_type, **encoding)
            case "short" | "long" | "serves" | "flipped":
                self._send(200, _altered(fault, content), media_type)
            case "without_length" | "without_length_cut":
                self._head(media_type, length=None)
                self.wfile.write(content if fault.what == "without_length" else content[:half])
                self.close_connection = True
            case "wrong_range":
                reply = f"bytes 0-{half - 1}/{len(content)}"
                self._send(206, content[:half], media_type, Content_Range=reply)
            case "delay":
                self._wait(fault.seconds)
                self._serve(path, content)
            case _:
                self._misbehave(fault, content)

    def _head(self, media_type: str, *, length: int | None, etag: str | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        else:
            self.send_header("Connection", "close")
        if etag is not None:
            self.send_header("ETag", etag)
        self.end_headers()


def _altered(fault: Fault, content: bytes) -> bytes:
    """A whole answer that is not the file's."""
    half = len(content) // 2
    match fault.what:
        case "short":
            return content[:half]
        case "long":
            return content + b"\x00rubbish after the end" * 64
        case "flipped":
            wrong = bytes(255 - part for part in content[half : half + 4000])
            return content[:half] + wrong + content[half + 4000 :]
        case _:
            return fault.content
