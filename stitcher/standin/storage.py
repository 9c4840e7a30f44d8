"""File storage of the stand-in: uploads on their way in, outputs behind addresses that die."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

from stitcher.standin.media import store
from stitcher.standin.rules import Refusal

_LEAST_BYTES = 512


@dataclass(slots=True)
class _Upload:
    filename: str
    fields: dict[str, str]
    uri: str
    used: bool = False
    path: Path | None = None


@dataclass(slots=True)
class Storage:
    """Uploads and signed addresses. Safe for threads."""

    folder: Path
    clock: Callable[[], float]
    address_life_s: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _uploads: dict[str, _Upload] = field(default_factory=dict)
    _addresses: dict[str, float] = field(default_factory=dict)

    def begin_upload(self, body: dict[str, object]) -> tuple[str, dict[str, str], str]:
        """Token, form fields and the address of the file to come. Raises `Refusal` for a wrong body."""
        filename = body.get("filename")
        if body.get("type") != "ephemeral" or not isinstance(filename, str) or not Path(filename).suffix:
            raise Refusal(400, "Validation of body failed")
        token = secrets.token_hex(12)
        fields = {
            "key": f"ephemeral/{token}",
            "policy": secrets.token_urlsafe(24),
            "x-amz-signature": secrets.token_hex(16),
        }
        upload = _Upload(filename, fields, f"runway://{secrets.token_urlsafe(32)}")
        with self._lock:
            self._uploads[token] = upload
        return token, fields, upload.uri

    def finish_upload(self, token: str, content_type: str, body: bytes) -> None:
        """Take the form with the file. A placeholder works once. Raises `Refusal`."""
        with self._lock:
            upload = self._uploads.get(token)
            if upload is None or upload.used:
                raise Refusal(403, "AccessDenied")
            upload.used = True
        parts = _form(content_type, body)
        given = {name: value.decode(errors="replace") for name, value in parts[:-1]}
        if any(given.get(name) != value for name, value in upload.fields.items()):
            raise Refusal(403, "SignatureDoesNotMatch")
        if not parts or parts[-1][0] != "file":
            raise Refusal(400, "MalformedPOSTRequest")
        content = parts[-1][1]
        if len(content) < _LEAST_BYTES:
            raise Refusal(400, "EntityTooSmall")
        upload.path = store(content, self.folder)

    def find_upload(self, uri: str) -> Path:
        """The uploaded file at a `runway://` address. Raises `Refusal`."""
        with self._lock:
            for upload in self._uploads.values():
                if upload.uri == uri and upload.path is not None:
                    return upload.path
        raise Refusal(400, "Failed to fetch asset. The upload does not exist or has expired.")

    def sign(self) -> str:
        """A new token that opens an output for a while."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._addresses[token] = self.clock() + self.address_life_s
        return token

    def opens(self, token: str) -> bool:
        """Whether a token still opens its output."""
        with self._lock:
            return self._addresses.get(token, float("-inf")) > self.clock()

    def expire(self) -> None:
        """Let every address handed out so far die now."""
        with self._lock:
            self._addresses.clear()


def _form(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body
    )
    if not message.is_multipart():
        raise Refusal(400, "MalformedPOSTRequest")
    parts: list[tuple[str, bytes]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        parts.append((str(name), content if isinstance(content, bytes) else b""))
    return parts
