"""Runway settings from environment variables: the key, the base URL, how often to look."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from stitcher.errors import InputError, ProviderConfig
from stitcher.generation.runway.url_policy import check_base_url, is_loopback

_log = logging.getLogger(__name__)

DEFAULT_BASE_URL = "https://api.dev.runwayml.com"
LEAST_POLL_S = 5.0
"""The service asks not to be looked at more often than this."""
_USUAL_POLL_S = 6.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the service."""

    key: str = field(repr=False)
    base_url: str
    poll_s: float
    """Seconds between two looks at one task."""

    @property
    def local(self) -> bool:
        """Whether a stand-in on this machine was asked for by name."""
        return is_loopback(check_base_url(self.base_url).host)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `RUNWAYML_API_SECRET`, `RUNWAYML_BASE_URL` and `STITCHER_POLL_SECONDS`.

    Raises `ProviderConfig` for a key or URL that cannot be used and `InputError` for a wrong number.
    """
    key = environ.get("RUNWAYML_API_SECRET", "").strip()
    if not key:
        raise ProviderConfig(
            "No API key: set RUNWAYML_API_SECRET to one from https://dev.runwayml.com, or use --provider animatic, "
            "which needs none."
        )
    return make_settings(
        key, environ.get("RUNWAYML_BASE_URL") or DEFAULT_BASE_URL, environ.get("STITCHER_POLL_SECONDS")
    )


def make_settings(key: str, base_url: str = DEFAULT_BASE_URL, poll: str | float | None = None) -> Settings:
    """Settings from values; raises as `read_settings`."""
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ProviderConfig(
            "RUNWAYML_API_SECRET holds characters that no key has (a space, a line break, quotes from a copied "
            "command); set it again."
        )
    base = check_base_url(base_url)
    return Settings(key, str(base).rstrip("/"), _poll_seconds(poll, local=is_loopback(base.host)))


def _poll_seconds(written: str | float | None, *, local: bool) -> float:
    if written is None or written == "":
        return _USUAL_POLL_S
    try:
        seconds = float(written)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 3600:
        raise InputError(
            f"STITCHER_POLL_SECONDS is {written!r}; write seconds above 0 and up to 3600, or unset it."
        )
    if seconds < LEAST_POLL_S and not local:
        _log.warning(
            "STITCHER_POLL_SECONDS is %g; Runway asks for at least %g, using that", seconds, LEAST_POLL_S
        )
        return LEAST_POLL_S
    return seconds
