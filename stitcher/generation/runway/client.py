"""httpx clients that never follow a redirect, never wait for ever and never reuse a connection."""

from __future__ import annotations

import functools
import logging
import ssl
from dataclasses import dataclass

import httpx

from stitcher.generation.run_policy import REAL_TIME, Timing
from stitcher.generation.runway import url_policy
from stitcher.redact import redact

_TALKATIVE = (
    "httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "httpcore.socks", "runwayml._base_client"
)  # fmt: skip


class _Redacting(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


@functools.cache
def _redact_logs() -> None:
    # These write whole addresses, and the addresses of outputs are signed: whoever reads the log could fetch them.
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_Redacting())


@functools.cache
def _trust() -> ssl.SSLContext:
    # Reading the certificate store takes longer than most requests, and it does not change while we run.
    return httpx.create_ssl_context()


def make_client(
    *, timeout: httpx.Timeout, trust_env: bool, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client with explicit time-outs; `trust_env` lets proxies from the environment come between."""
    _redact_logs()
    return httpx.Client(
        follow_redirects=False,
        timeout=timeout,
        # A kept connection may be dead on the other side, which looks like a lost answer.
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=trust_env,
        transport=transport,
        verify=_trust(),
    )


@dataclass(frozen=True, slots=True)
class Network:
    """How storage and outputs are reached, beside the API itself."""

    allow_loopback: bool = False
    """For a stand-in on this machine that was asked for by name."""
    transport: httpx.BaseTransport | None = None
    resolve: url_policy.Resolve = url_policy.resolve
    trust_env: bool = True
    """Whether proxies from the environment may come between."""
    timing: Timing = REAL_TIME

    def target(self, url: str) -> url_policy.Target:
        """Where a request for an address may go. Raises `AddressRefused`, and `OSError` for an unknown host."""
        return url_policy.resolve_target(
            url,
            allow_loopback=self.allow_loopback,
            resolve=self.resolve,
            trust_env=self.trust_env and self.transport is None,
        )

    def client(self, timeout: httpx.Timeout, target: url_policy.Target) -> httpx.Client:
        """A client for that target."""
        return make_client(timeout=timeout, trust_env=target.proxied, transport=self.transport)
