"""Download outputs to disk: whole, checked, read-only, or not at all. Never asks for anything that costs.

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
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import httpx

from stitcher.errors import (
    DiskFull,
    DownloadFailed,
    GenerateError,
    MediaError,
    ProviderUnavailable,
)
from stitcher.generation.provider import Expected, Fetched
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.url_policy import AddressRefused
from stitcher.generation.runway.verify_download import Check, check_arrival, examine, take_existing
from stitcher.media.files import disk_errors, free_bytes, publish_once
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


@dataclass(slots=True)
class _Attempts:
    """What has come of the attempts at one output so far."""

    target: Path
    part: _Part
    patience: Patience
    wrong: dict[str, Path] = field(default_factory=dict)
    """Whole files that were not what was asked for, by hash, and where they are kept."""
    stale: bool = False
    """Whether a fresh address is to be asked for."""
    failures: int = 0
    renewals: int = 0
    reached: int = 0

    def refused(self, exc: _Dead) -> None:
        """Its address was refused. Raises `DownloadFailed` when that was the last one."""
        self.renewals += 1
        if self.renewals > self.patience.fresh:
            raise self.failed(f"every address for it was refused ({exc})") from exc
        self.stale = True

    def broke_off(self, exc: _Broken) -> float:
        """An attempt broke off: seconds to wait. Raises `DownloadFailed` when there were too many without progress."""
        # A long file over a poor line gets on piece by piece; only attempts without progress count.
        size = self.part.path.stat().st_size if self.part.path.exists() else 0
        self.failures = 1 if size >= self.reached + _PROGRESS else self.failures + 1
        self.reached = max(self.reached, size)
        _log.info("download of %s broke off: %s", self.target.name, exc)
        if self.failures >= self.patience.failures:
            raise self.failed(f"{self.failures} attempts broke off, the last because {exc}") from exc
        return self.patience.first_wait_s * 2.0 ** (self.failures - 1)

    def otherwise(self, digest: str) -> bool:
        """Whether a whole file that differs from what was asked for is to be asked for again; it is kept aside then."""
        # A service may hand out another's file once; its own comes again as it is.
        if digest in self.wrong or len(self.wrong) + 1 >= self.patience.wrong:
            return False
        self._keep_aside(digest)
        return True

    def unusable(self, digest: str, exc: MediaError) -> None:
        """A whole file is of no use. Raises `DownloadFailed` when it came again, or when too many were."""
        again = digest in self.wrong
        self._keep_aside(digest)
        _log.warning("%s arrived whole but wrong: it %s", self.target.name, exc.reason)
        if again or len(self.wrong) >= self.patience.wrong:
            raise self.failed(f"what arrives {exc.reason.rstrip('.')}") from exc

    def failed(self, why: str) -> DownloadFailed:
        kept = f" Kept aside: {', '.join(path.name for path in self.wrong.values())}." if self.wrong else ""
        return DownloadFailed(
            f"{self.target.name} could not be fetched: {redact(why)}. It is paid for and still at the service, nothing "
            f"is bought again; run `stitcher rescue BOARD` later.{kept}"
        )

    def _keep_aside(self, digest: str) -> None:
        # Named by content, so that a file that is always wrong in the same way is kept once.
        path = self.target.with_name(f"{self.target.name}.wrong-{digest[:8]}")
        if os.path.lexists(path):
            self.part.discard()
        else:
            self.part.path.rename(path)
            self.part.note.unlink(missing_ok=True)
        self.wrong[digest] = path
        self.stale = True


class Downloader:
    """Fetches outputs. One may be used by several threads, each for its own target."""

    def __init__(
        self,
        network: Network | None = None,
        *,
        patience: Patience | None = None,
        check: Check = check_arrival,
    ) -> None:
        self._network = network or Network()
        self._patience = patience or Patience()
        self._check = check
        self._timing = self._network.timing

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
        part = _part_of(target)
        if (existing := take_existing(target, expected, check=self._check)) is not None:
            part.discard()
            return existing
        attempts = _Attempts(target, part, self._patience)
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            while True:
                try:
                    if attempts.stale and fresh is not None:
                        url = self._renewed(fresh)
                        attempts.stale = False
                    digest = self._attempt(url, part)
                    if (fetched := self._whole(attempts, digest, expected)) is not None:
                        return fetched
                except _Dead as exc:
                    attempts.refused(exc)
                except _Broken as exc:
                    wait = attempts.broke_off(exc)
                    self._timing.sleep(wait * (1 + 0.5 * self._timing.jitter()))
                except _Hopeless as exc:
                    raise attempts.failed(str(exc)) from exc

    def _whole(self, attempts: _Attempts, digest: str, expected: Expected) -> Fetched | None:
        """Put a file that has arrived whole at its place; `None` when it is to be fetched again."""
        part = attempts.part
        try:
            fetched = examine(part.path, expected, check=self._check, sha256=digest)
        except MediaError as exc:
            attempts.unusable(digest, exc)
            return None
        if fetched.otherwise and attempts.otherwise(digest):
            return None
        publish_once(part.path, attempts.target)
        part.discard()
        if digest in attempts.wrong:
            attempts.wrong[digest].unlink(missing_ok=True)
        return replace(fetched, path=attempts.target)

    @staticmethod
    def _renewed(fresh: Callable[[], str]) -> str:
        try:
            return fresh()
        except ProviderUnavailable as exc:
            raise _Broken(f"no fresh address was to be had: {str(exc).rstrip('.')}") from exc
        except GenerateError as exc:
            raise _Hopeless(f"no fresh address was to be had: {str(exc).rstrip('.')}") from exc

    def _attempt(self, url: str, part: _Part) -> str:
        """Bring the part file to its end and return its sha256."""
        began = self._timing.clock()
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
                    if self._timing.clock() - began > self._patience.total_s:
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
        patience = self._patience
        timeout = httpx.Timeout(
            connect=patience.connect_s, read=patience.stall_s, write=patience.stall_s, pool=patience.connect_s
        )
        for _ in range(patience.redirects + 1):
            try:
                target = self._network.target(url)
            except AddressRefused as exc:
                raise _Hopeless(f"its address may not be asked: {exc}") from exc
            except OSError as exc:
                raise _Broken(f"its host was not found ({exc})") from exc
            with self._network.client(timeout, target) as client:
                request = client.build_request(
                    "GET",
                    target.url,
                    headers=headers | dict(target.headers),
                    extensions=dict(target.extensions),
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
        promised = int(length) if length is not None and length.isdigit() else None
        if status == 206:
            range_ = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
            if begun is None or range_ is None or int(range_[1]) != begun[0]:
                part.discard()
                raise _Broken("the server sent another part than was asked for")
            start, whole = int(range_[1]), int(range_[3])
            if whole <= start or int(range_[2]) != whole - 1:
                raise _Hopeless("the server contradicts itself about how long it is")
            return start, self._fitting(whole, whole - start, part)
        return 0, None if promised is None else self._fitting(promised, promised, part)

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
