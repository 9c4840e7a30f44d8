"""The guards around every test see what they are there for."""

from __future__ import annotations

import logging
import socket

import pytest

from tests.guards import error_logs


def test_an_error_log_is_seen_and_a_warning_is_none() -> None:
    with error_logs("stray") as messages:
        logging.getLogger("stray.room").warning("a warning")
        logging.getLogger("stray.room").error("an %s", "error")
    assert messages == ["an error"]


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_away_from_this_machine_fails(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with (
        socket.socket(family) as client,
        pytest.raises(pytest.fail.Exception, match=f"connects to {address}"),
    ):
        client.connect((address, 443))


def test_a_name_is_looked_up_nowhere() -> None:
    with pytest.raises(pytest.fail.Exception, match="the address of example"):
        socket.create_connection(("example.invalid", 443))


def test_this_machine_is_spoken_to() -> None:
    with socket.create_server(("localhost", 0)) as server:
        socket.create_connection(server.getsockname()).close()
