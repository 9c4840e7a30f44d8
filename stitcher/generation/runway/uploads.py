"""Upload local files: small ones as data URIs inside the request, larger ones to storage first.

Nothing here costs anything, so it may be repeated; but a placeholder's storage form is sent once only. When that
comes to nothing a new placeholder is asked for.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from stitcher.errors import MediaMissing, MediaRefused, ProviderUnavailable
from stitcher.generation.provider import Asset
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.url_policy import AddressRefused
from stitcher.generation.start_crop import is_uploaded

_log = logging.getLogger(__name__)

_LIFE_S = 20 * 3600.0
"""Uploads live 24 hours; a task that is made late in that time must still find its file."""
_ATTEMPTS = 4
_UNBOUGHT = "The request it is for was not sent, so nothing was bought; try again later."
_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
}

Placeholder = tuple[str, Mapping[str, str], str]


def data_uri(media_type: str, content: bytes) -> str:
    """`content` as a data URI."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def read_asset(asset: Asset) -> bytes:
    """The bytes of an asset. Raises `MediaMissing`, or `MediaRefused` when they are not the ones it was made of."""
    try:
        content = asset.path.read_bytes()
    except OSError as exc:
        raise MediaMissing(
            asset.path, f"cannot be read ({exc.strerror}); nothing was sent. Put it back."
        ) from exc
    if hashlib.sha256(content).hexdigest() != asset.sha256:
        raise MediaRefused(
            asset.path, "has changed since the request was made; nothing was sent. Check and estimate again."
        )
    return content


class Uploads:
    """Hands files over, each once while its upload lives. Safe for threads."""

    def __init__(self, placeholder: Callable[[str], Placeholder], network: Network) -> None:
        """`placeholder` asks the service, with a file name, for a storage address, form fields and a URI."""
        self._placeholder = placeholder
        self._network = network
        self._timing = network.timing
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, float]] = {}

    def address(self, asset: Asset) -> str:
        """A data URI, or an upload's address.

        Raises `MediaMissing` or `MediaRefused` for the file, `Rejected` or `ProviderConfig` when the service
        refuses it, and `ProviderUnavailable` when it cannot be reached.
        """
        content = read_asset(asset)
        if not is_uploaded(len(content)):
            return data_uri(asset.media_type, content)
        with self._lock:
            uri, until = self._known.get(asset.sha256, ("", 0.0))
            if not uri or until <= self._timing.clock():
                uri = self._upload(asset, content)
                self._known[asset.sha256] = uri, self._timing.clock() + _LIFE_S
            return uri

    def _upload(self, asset: Asset, content: bytes) -> str:
        # Its hash and not its own name: names are nobody's business, and only the suffix is read.
        name = f"{asset.sha256[:16]}{_SUFFIXES.get(asset.media_type, Path(asset.path).suffix or '.bin')}"
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                url, fields, uri = self._placeholder(name)
                self._post(url, fields, name, asset.media_type, content)
            except ProviderUnavailable as exc:
                if attempt == _ATTEMPTS:
                    raise
                _log.info(
                    "upload of %s came to nothing (%s); asking for another address", asset.path.name, exc
                )
                self._timing.sleep(2.0**attempt)
            else:
                return uri
        raise AssertionError("the last attempt returns or raises")

    def _post(self, url: str, fields: Mapping[str, str], name: str, media_type: str, content: bytes) -> None:
        try:
            target = self._network.target(url)
        except (AddressRefused, OSError) as exc:
            raise ProviderUnavailable(
                f"The upload's storage address cannot be used: {exc}. {_UNBOUGHT}"
            ) from exc
        timeout = httpx.Timeout(connect=15.0, read=120.0, write=120.0, pool=15.0)
        try:
            with self._network.client(timeout, target) as client:
                answer = client.post(
                    target.url,
                    data=dict(fields),
                    files={"file": (name, content, media_type)},
                    headers=dict(target.headers),
                    extensions=dict(target.extensions),
                )
        except httpx.TransportError as exc:
            raise ProviderUnavailable(f"The upload broke off ({type(exc).__name__}). {_UNBOUGHT}") from exc
        if not 200 <= answer.status_code < 300:
            raise ProviderUnavailable(
                f"The storage refused the upload (HTTP {answer.status_code}). {_UNBOUGHT}"
            )
