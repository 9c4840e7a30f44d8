"""URL policy (SSRF): which addresses may be asked, https and public, and loopback only for a stand-in that was named.

A name is resolved once, every address it has is judged, and the request then goes to the judged address: a name
server that answers differently the second time gains nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

from stitcher.errors import ProviderConfig

Resolve: TypeAlias = Callable[[str, int], tuple[str, ...]]
"""Host and port to numeric addresses. Raises `OSError`."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_6TO4 = ipaddress.ip_network("2002::/16")


class AddressRefused(Exception):
    """An address that must not be asked; the message is half a sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request really goes."""

    url: httpx.URL
    """With a numeric host, unless a proxy is to resolve the name."""
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    proxied: bool = False


def resolve(host: str, port: int) -> tuple[str, ...]:
    """Every numeric address of a host, as the system says. Raises `OSError`."""
    # Only families this machine has a way out for, the likeliest first: one address is asked, not each in turn.
    usable = 0 if is_loopback(host) else socket.AI_ADDRCONFIG
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=usable)
    except UnicodeError as exc:
        raise OSError(f"{host!r} is not a host name") from exc
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in entries))


def is_loopback(host: str) -> bool:
    """Whether a host names this machine by itself: `localhost` or a loopback address."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the open internet, also when it hides inside an IPv6 one."""
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        hidden = number.ipv4_mapped
        if hidden is None and number in _NAT64:
            hidden = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
        if hidden is None and number in _6TO4:
            hidden = number.sixtofour
        if hidden is not None:
            return is_public(str(hidden))
    return number.is_global and not (number.is_multicast or number.is_reserved or number.is_unspecified)


def _is_host(text: str) -> bool:
    return re.fullmatch(r"[\w.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?", text) is not None


def check_base_url(text: str) -> httpx.URL:
    """The base URL to send a key to. Raises `ProviderConfig` unless it is https, or http on loopback."""
    try:
        url = httpx.URL(text.strip())
    except (httpx.InvalidURL, ValueError) as exc:
        raise ProviderConfig(
            f"RUNWAYML_BASE_URL is {text!r}, which is not a URL; correct it or unset it."
        ) from exc
    if url.userinfo or url.query or url.fragment:
        raise ProviderConfig(
            "RUNWAYML_BASE_URL must be a plain address, without a user, a query or a fragment; correct it or unset it."
        )
    if not _is_host(url.host) or (
        url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host))
    ):
        raise ProviderConfig(
            f"RUNWAYML_BASE_URL is {text!r}; the API key is only ever sent over https (or to a stand-in on "
            "this machine, such as http://127.0.0.1:8000). Correct it or unset it."
        )
    return url


def resolve_target(
    text: str, *, allow_loopback: bool = False, resolve: Resolve = resolve, trust_env: bool = True
) -> Target:
    """Where a request for this address may go. Raises `AddressRefused`, and `OSError` when it does not resolve."""
    url = _parsed(text, allow_loopback=allow_loopback)
    local = is_loopback(url.host)
    port = url.port or (443 if url.scheme == "https" else 80)
    if trust_env and not local and _is_proxied(url):
        # Only the proxy can resolve the name here; what it lets out is its own business.
        _refuse_inner_numbers(url.host)
        return Target(url, proxied=True)
    numbers = resolve(url.host, port)
    for number in numbers:
        if local:
            if not is_loopback(number):
                raise AddressRefused(f"{url.host} is not this machine")
        elif not is_public(number):
            raise AddressRefused(f"{url.host} leads to an inner address")
    if not numbers:
        raise AddressRefused(f"{url.host} has no address")
    return Target(
        url.copy_with(host=numbers[0]),
        {"Host": url.netloc.decode("ascii")},
        {"sni_hostname": url.raw_host.decode("ascii")},
    )


def _parsed(text: str, *, allow_loopback: bool) -> httpx.URL:
    """An address whose form is allowed, wherever it leads."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as exc:
        raise AddressRefused("it is not a valid address") from exc
    local = is_loopback(url.host)
    if url.userinfo:
        raise AddressRefused("it carries a user name")
    if local and not allow_loopback:
        raise AddressRefused("it is on this machine")
    if not _is_host(url.host) or (url.scheme != "https" and not (local and url.scheme == "http")):
        raise AddressRefused("it is not https")
    return url


def _refuse_inner_numbers(host: str) -> None:
    try:
        public = is_public(host.strip("[]"))
    except ValueError:
        return
    if not public:
        raise AddressRefused(f"{host} is an inner address")


def _is_proxied(url: httpx.URL) -> bool:
    proxies = urllib.request.getproxies()
    if not (proxies.get(url.scheme) or proxies.get("all")):
        return False
    return not urllib.request.proxy_bypass(url.host)
