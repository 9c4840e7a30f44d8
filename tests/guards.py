"""What no test may do unnoticed: leave an error log, or reach for a network other than this machine's own."""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def error_logs(logger: str = "stitcher") -> Iterator[list[str]]:
    """What is logged as an error by the package while this lasts."""
    messages: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(self.format(record))

    listener = Listener(logging.ERROR)
    logging.getLogger(logger).addHandler(listener)
    try:
        yield messages
    finally:
        logging.getLogger(logger).removeHandler(listener)


def address_of(host: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is given as, `None` where it is a name that somebody would have to be asked for."""
    if host in (None, "", "localhost"):
        return ipaddress.ip_address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


@contextmanager
def loopback_only() -> Iterator[None]:
    """Connections and look-ups of names that lead away from this machine fail the test."""

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def checked(sock: socket.socket, address: Any, *more: Any) -> Any:
            here = sock.family == socket.AF_UNIX or getattr(address_of(address[0]), "is_loopback", False)
            if not here:
                pytest.fail(f"a test connects to {address[0]}:{address[1]}")
            return connect(sock, address, *more)

        return checked

    look_up = socket.getaddrinfo

    def looked_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if address_of(host) is None:
            pytest.fail(f"a test asks for the address of {host}")
        return look_up(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", looked_up)
        yield
