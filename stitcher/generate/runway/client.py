"""HTTP clients that never follow a redirect, never wait for ever and never reuse a connection."""

from __future__ import annotations

import functools
import ssl

import httpx


@functools.cache
def _trust() -> ssl.SSLContext:
    # Reading the certificate store takes longer than most requests, and it does not change while we run.
    return httpx.create_ssl_context()


def make_client(
    *, timeout: httpx.Timeout, trust_env: bool, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client with explicit time-outs; `trust_env` lets proxies from the environment come between."""
    return httpx.Client(
        follow_redirects=False,
        timeout=timeout,
        # A kept connection may be dead on the other side, which looks like a lost answer.
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=trust_env,
        transport=transport,
        verify=_trust(),
    )
