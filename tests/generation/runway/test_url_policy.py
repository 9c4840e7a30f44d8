from __future__ import annotations

import socket

import pytest

from stitcher.errors import InputError, ProviderConfig
from stitcher.generation.runway.settings import make_settings, read_settings
from stitcher.generation.runway.url_policy import AddressRefused, check_base_url, is_public, resolve_target

INNER = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:7f00:1::",
    "fe80::1%eth0",
]


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INNER)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match="inner"):
        resolve_target(
            "https://cdn.example.com/a", resolve=lambda *_: ("93.184.216.34", address), trust_env=False
        )


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(AddressRefused, match="no address"):
        resolve_target("https://cdn.example.com/a", resolve=lambda *_: (), trust_env=False)


def test_loopback_is_let_through_only_where_it_was_asked_for() -> None:
    aimed = resolve_target("http://127.0.0.1:8000/a?b=c", allow_loopback=True)
    assert str(aimed.url) == "http://127.0.0.1:8000/a?b=c"
    with pytest.raises(AddressRefused):
        resolve_target("http://127.0.0.1:8000/a")


def test_localhost_must_be_this_machine() -> None:
    with pytest.raises(AddressRefused, match="not this machine"):
        resolve_target("http://localhost/a", allow_loopback=True, resolve=lambda *_: ("93.184.216.34",))


def test_behind_a_proxy_the_name_is_left_to_it_but_inner_numbers_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def forbidden(host: str, port: int) -> tuple[str, ...]:
        raise socket.gaierror

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert resolve_target("https://cdn.example.com/a", resolve=forbidden).proxied
    with pytest.raises(AddressRefused, match="inner"):
        resolve_target("https://10.0.0.1/a", resolve=forbidden)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.dev.runwayml.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "api.dev.runwayml.com",
        "https://user:pass@api.example.com",
        "https://api.example.com/?key=1",
        "https://",
        "https://[",
    ],
)
def test_a_base_url_the_key_must_not_go_to_is_refused(url: str) -> None:
    with pytest.raises(ProviderConfig, match="RUNWAYML_BASE_URL"):
        check_base_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://api.dev.runwayml.com", "https://gateway.example/runway", "http://127.0.0.1:1", "http://localhost:1",
     "http://[::1]:1"],
)  # fmt: skip
def test_https_and_loopback_base_urls_are_taken(url: str) -> None:
    assert make_settings("key_abcdef", url).base_url == url


def test_without_a_key_it_says_where_to_get_one() -> None:
    with pytest.raises(ProviderConfig, match=r"RUNWAYML_API_SECRET.*animatic"):
        read_settings({})


@pytest.mark.parametrize("key", ["two words", "key_\nabc", "kéy", "key\x00"])
def test_a_key_that_cannot_be_one_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ProviderConfig) as caught:
        make_settings(key)
    assert key not in str(caught.value)


def test_a_line_break_around_a_key_is_taken_off() -> None:
    assert read_settings({"RUNWAYML_API_SECRET": " key_abcdef\n"}).key == "key_abcdef"


@pytest.mark.parametrize(
    ("written", "base", "seconds"),
    [
        (None, "https://api.dev.runwayml.com", 6.0),
        ("8", "https://api.dev.runwayml.com", 8.0),
        ("1", "https://api.dev.runwayml.com", 5.0),
        ("0.05", "http://127.0.0.1:8000", 0.05),
    ],
)
def test_polling_is_never_faster_than_5_s_but_on_loopback(
    written: str | None, base: str, seconds: float
) -> None:
    assert make_settings("key_abcdef", base, written).poll_s == seconds


@pytest.mark.parametrize("written", ["fast", "0", "-1", "nan", "inf", "1e9"])
def test_a_polling_interval_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="STITCHER_POLL_SECONDS"):
        make_settings("key_abcdef", "http://127.0.0.1:8000", written)
