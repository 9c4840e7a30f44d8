"""Outputs onto disk: whole, checked, read-only, or not at all. Never asks for anything that costs.

    part file  ──  Range + If-Range  ──>  length  ->  magic, strict decode, size, frames  ->  sync, rename, sync
        ^                                    │                      │
        └──────── resumed ───────────────────┘                      └── kept aside, fetched again, at last an error

Addresses are signed and die; the key never goes along. A fresh address for the same output is asked from the
service with a look, which is free.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from stitcher.errors import (
    DiskFull,
    DownloadFailed,
    GenerateError,
    MediaError,
    NotAsAsked,
    OutputError,
    ProviderUnavailable,
)
from stitcher.generation.provider import Expected, Fetched
from stitcher.generation.runway import url_policy
from stitcher.generation.runway.client import make_client
from stitcher.generation.runway.url_policy import AddressRefused, Resolve
from stitcher.generation.runway.verify_download import check_arrival
from stitcher.media.files import disk_errors, free_bytes, publish_once, sha256_file
from stitcher.redact import redact

_log = logging.getLogger(__name__)

_CHUNK = 1 << 16
_PROGRESS = 1 << 20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_GONE = (401, 403, 404, 410)


@dataclass(frozen=True, slots=True)
class Patience:
    """How much a download may take. Seconds are per attempt."""

    connect_s: float = 15.0
    stall_s: float = 60.0
    """Longest silence."""
    total_s: float = 3600.0
    max_bytes: int = 8 << 30
    redirects: int = 4
    failures: int = 6
    """Broken attempts before giving up; what has arrived is kept for the next run."""
    wrong: int = 3
    """Whole but wrong files before giving up."""
    fresh: int = 4
    """Fresh addresses asked for."""
    first_wait_s: float = 1.0


class _Dead(Exception):
    """The address no longer opens anything."""


class _Broken(Exception):
    """This attempt came to nothing; another may not."""


class _Hopeless(Exception):
    """Another attempt cannot help."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A file under way, and what is known of the output it belongs to."""

    path: Path
    note: Path

    def begun(self) -> tuple[int, str] | None:
        """Bytes here and the strong validator they belong to; `None` when there is nothing to go on from."""
        try:
            size = self.path.stat().st_size
            etag = json.loads(self.note.read_bytes())["etag"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return (size, etag) if size and isinstance(etag, str) and _is_strong(etag) else None

    def open(self, start: int, etag: str) -> BinaryIO:
        """The file, to go on at `start`; at 0 it is begun anew."""
        if start:
            self.path.chmod(0o644)
            return open(self.path, "r+b")
        # In this order: old bytes must never stand beside the validator of new ones.
        self.discard()
        if _is_strong(etag):
            self.note.write_text(json.dumps({"etag": etag}))
        return open(self.path, "wb")

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _part_of(target: Path) -> _Part:
    return _Part(target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.part.json"))


def _is_strong(etag: str) -> bool:
    return re.fullmatch(r'"[\x21\x23-\x7e]{1,256}"', etag) is not None


class Downloader:
    """Fetches outputs. One may be used by several threads, each for its own target."""

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        resolve: Resolve = url_policy.resolve,
        check: Callable[[Path, Expected], int | None] = check_arrival,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        jitter: Callable[[], float] = random.random,
        trust_env: bool = True,
    ) -> None:
        """`allow_loopback` is for a stand-in on this machine that was asked for by name."""
        self._allow_loopback = allow_loopback
        self._patience = patience or Patience()
        self._transport = transport
        self._resolve = resolve
        self._check = check
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._trust_env = trust_env

    def fetch(
        self, url: str, target: Path, expected: Expected, *, fresh: Callable[[], str] | None = None
    ) -> Fetched:
        """Put the output at `url` at `target`; `fresh` gives a new address for the same output.

        A right file that is there already, from a run that ended between the rename and its record, is taken
        as it is. One that is whole and not what was asked for is asked for again; when the same comes again, it is
        put at `target` all the same and the answer says how it differs. Raises `DownloadFailed` (the output is
        still at the service; broken files are kept aside and named), `OutputError` when something else stands at
        `target`, and `DiskFull`.
        """
        if os.path.lexists(target):
            found = self._already(target, expected)
            _part_of(target).discard()
            return found
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            return self._fetch(url, target, expected, fresh)

    def _looked_at(self, path: Path, expected: Expected) -> tuple[int | None, str]:
        """The frames of a whole file, and how it differs from what was asked for."""
        try:
            return self._check(path, expected), ""
        except NotAsAsked as exc:
            return exc.frames, exc.reason

    def _already(self, target: Path, expected: Expected) -> Fetched:
        try:
            frames, otherwise = self._looked_at(target, expected)
        except MediaError as exc:
            why = exc.reason.rstrip(".")
            raise OutputError(
                f"{str(target)!r} exists and is not the take that belongs there ({why}). Nothing is ever "
                "overwritten: move it away and run again."
            ) from exc
        return Fetched(target, sha256_file(target), target.stat().st_size, frames, otherwise)

    def _fetch(self, url: str, target: Path, expected: Expected, fresh: Callable[[], str] | None) -> Fetched:
        part = _part_of(target)
        failures = renewals = reached = 0
        wrong: dict[str, Path] = {}
        stale = False
        while True:
            try:
                if stale and fresh is not None:
                    url = self._renewed(fresh)
                    stale = False
                digest = self._attempt(url, part)
                frames, otherwise = self._looked_at(part.path, expected)
                if otherwise and digest not in wrong and len(wrong) + 1 < self._patience.wrong:
                    # A service may hand out another's file once; its own comes again as it is.
                    wrong[digest] = self._keep_aside(part, target, digest)
                    stale = True
                    continue
                size = part.path.stat().st_size
                publish_once(part.path, target)
                part.discard()
                if digest in wrong:
                    wrong[digest].unlink(missing_ok=True)
                return Fetched(target, digest, size, frames, otherwise)
            except _Dead as exc:
                renewals += 1
                if renewals > self._patience.fresh:
                    raise self._failed(target, f"every address for it was refused ({exc})", wrong) from exc
                stale = True
            except _Broken as exc:
                # A long file over a poor line gets on piece by piece; only attempts without progress count.
                size = part.path.stat().st_size if part.path.exists() else 0
                failures = 1 if size >= reached + _PROGRESS else failures + 1
                reached = max(reached, size)
                _log.info("download of %s broke off: %s", target.name, exc)
                if failures >= self._patience.failures:
                    raise self._failed(
                        target, f"{failures} attempts broke off, the last because {exc}", wrong
                    ) from exc
                wait = self._patience.first_wait_s * 2.0 ** (failures - 1)
                self._sleep(wait * (1 + 0.5 * self._jitter()))
            except _Hopeless as exc:
                raise self._failed(target, str(exc), wrong) from exc
            except MediaError as exc:
                again = digest in wrong
                wrong[digest] = self._keep_aside(part, target, digest)
                _log.warning("%s arrived whole but wrong: it %s", target.name, exc.reason)
                if again or len(wrong) >= self._patience.wrong:
                    raise self._failed(target, f"what arrives {exc.reason.rstrip('.')}", wrong) from exc
                stale = True

    @staticmethod
    def _renewed(fresh: Callable[[], str]) -> str:
        try:
            return fresh()
        except ProviderUnavailable as exc:
            raise _Broken(f"no fresh address was to be had: {str(exc).rstrip('.')}") from exc
        except GenerateError as exc:
            raise _Hopeless(f"no fresh address was to be had: {str(exc).rstrip('.')}") from exc

    @staticmethod
    def _failed(target: Path, why: str, wrong: dict[str, Path]) -> DownloadFailed:
        kept = f" Kept aside: {', '.join(path.name for path in wrong.values())}." if wrong else ""
        return DownloadFailed(
            f"{target.name} could not be fetched: {redact(why)}. It is paid for and still at the service, nothing is "
            f"bought again; run `stitcher rescue BOARD` later.{kept}"
        )

    @staticmethod
    def _keep_aside(part: _Part, target: Path, digest: str) -> Path:
        # Named by content, so that a file that is always wrong in the same way is kept once.
        place = target.with_name(f"{target.name}.wrong-{digest[:8]}")
        if os.path.lexists(place):
            part.discard()
        else:
            part.path.rename(place)
            part.note.unlink(missing_ok=True)
        return place

    def _attempt(self, url: str, part: _Part) -> str:
        """Bring the part file to its end and return its sha256."""
        began = self._clock()
        begun = part.begun()
        headers = {"Accept-Encoding": "identity", "Accept": "*/*", "User-Agent": "stitcher"}
        if begun is not None:
            headers |= {"Range": f"bytes={begun[0]}-", "If-Range": begun[1]}
        with self._opened(url, headers) as answer:
            start, length = self._judge(answer, begun, part)
            with part.open(start, answer.headers.get("ETag", "")) as file:
                digest = _digest_so_far(file, start)
                received = start
                for chunk in () if start == length else self._chunks(answer):
                    received += len(chunk)
                    if received > self._patience.max_bytes:
                        raise _Hopeless(f"it is larger than {self._patience.max_bytes:,} bytes")
                    if self._clock() - began > self._patience.total_s:
                        file.flush()
                        raise _Broken(f"it took longer than {self._patience.total_s:.0f} s")
                    file.write(chunk)
                    digest.update(chunk)
                file.truncate(received)
        if length is not None and received != length:
            raise _Broken(f"{received:,} of {length:,} bytes arrived")
        return digest.hexdigest()

    @contextlib.contextmanager
    def _opened(self, url: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        for _ in range(self._patience.redirects + 1):
            try:
                aimed = url_policy.aim(
                    url,
                    allow_loopback=self._allow_loopback,
                    resolve=self._resolve,
                    trust_env=self._trust_env and self._transport is None,
                )
            except AddressRefused as exc:
                raise _Hopeless(f"its address may not be asked: {exc}") from exc
            except OSError as exc:
                raise _Broken(f"its host was not found ({exc})") from exc
            with self._client(proxied=aimed.proxied) as client:
                request = client.build_request(
                    "GET", aimed.url, headers=headers | dict(aimed.headers), extensions=dict(aimed.extensions)
                )
                try:
                    answer = client.send(request, stream=True)
                except httpx.TransportError as exc:
                    raise _Broken(f"{type(exc).__name__}: {exc}") from exc
                try:
                    if answer.status_code not in (301, 302, 303, 307, 308):
                        yield answer
                        return
                    # Judged like the first address, by hand: the client would follow anywhere.
                    location = answer.headers.get("Location", "")
                    try:
                        url = str(httpx.URL(url).join(location))
                    except (httpx.InvalidURL, ValueError) as exc:
                        raise _Hopeless("it was redirected to something that is no address") from exc
                finally:
                    answer.close()
        raise _Broken("it was redirected in circles")

    def _client(self, *, proxied: bool) -> httpx.Client:
        patience = self._patience
        timeout = httpx.Timeout(
            connect=patience.connect_s, read=patience.stall_s, write=patience.stall_s, pool=patience.connect_s
        )
        return make_client(timeout=timeout, trust_env=proxied, transport=self._transport)

    def _judge(
        self, answer: httpx.Response, begun: tuple[int, str] | None, part: _Part
    ) -> tuple[int, int | None]:
        """Where the bytes that follow belong, and how long the whole is (`None` when not told)."""
        status = answer.status_code
        if status in _GONE:
            raise _Dead(f"HTTP {status}")
        if status == 416:
            if begun is not None and answer.headers.get("Content-Range") == f"bytes */{begun[0]}":
                return begun[0], begun[0]
            part.discard()
            raise _Broken("the part that was here is not of this file")
        if status in (408, 425, 429) or status >= 500:
            raise _Broken(f"the server answered {status}")
        if status not in (200, 206):
            raise _Hopeless(f"the server answered {status}")
        encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            raise _Broken(f"the server sent it compressed ({encoding[:20]}) though it was told not to")
        length = answer.headers.get("Content-Length")
        told = int(length) if length is not None and length.isdigit() else None
        if status == 206:
            found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if begun is None or found is None or int(found[1]) != begun[0]:
                part.discard()
                raise _Broken("the server sent another part than was asked for")
            start, whole = int(found[1]), int(found[3])
            if whole <= start or int(found[2]) != whole - 1:
                raise _Hopeless("the server contradicts itself about how long it is")
            return start, self._fitting(whole, whole - start, part)
        return 0, None if told is None else self._fitting(told, told, part)

    def _fitting(self, whole: int, more: int, part: _Part) -> int:
        if whole > self._patience.max_bytes:
            raise _Hopeless(f"it has {whole:,} bytes, more than the {self._patience.max_bytes:,} allowed")
        if more > free_bytes(part.path.parent):
            raise DiskFull(
                f"{part.path.parent} has no room for the {more:,} bytes to come. Nothing is lost: make room and run "
                "`stitcher rescue BOARD`."
            )
        return whole

    @staticmethod
    def _chunks(answer: httpx.Response) -> Iterator[bytes]:
        try:
            # Raw: what is written and hashed is what came, never something unpacked.
            # No chunk size, which would hold back what has arrived until a chunk is full.
            yield from answer.iter_raw()
        except httpx.TransportError as exc:
            raise _Broken(f"{type(exc).__name__}: {exc}") from exc


def _digest_so_far(file: BinaryIO, start: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    left = start
    while left:
        chunk = file.read(min(_CHUNK, left))
        if not chunk:
            raise _Broken("the part that was here has become shorter")
        digest.update(chunk)
        left -= len(chunk)
    file.seek(start)
    return digest
