"""Connections: the way out of this machine that its environment prescribes.

Proxies come from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY (or the system's settings) and never stand
between us and this machine itself. SSL_CERT_FILE, else REQUESTS_CA_BUNDLE, replaces the authorities that
the system trusts.
"""

import os
import ssl
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3 import exceptions as failures
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import make_headers, parse_url

from tagship.errors import ConfigError, Edit

STALL_SECONDS = 60.0


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Connections:
    """Pools of connections, one for each way out; raises ConfigError for a way that cannot be taken."""

    def __init__(self) -> None:
        self._pools: dict[tuple[str | None, bool], urllib3.PoolManager] = {}

    def to(self, parts: SplitResult) -> urllib3.PoolManager:
        """The pool that leads to an address."""
        key = (_proxy_for(parts), parts.scheme == "https")
        if key not in self._pools:
            self._pools[key] = self._new_pool(*key)
        return self._pools[key]

    def close(self) -> None:
        """Let go of every connection."""
        for pool in self._pools.values():
            pool.clear()
        self._pools.clear()

    def _new_pool(self, proxy: str | None, secure: bool) -> urllib3.PoolManager:  # noqa: FBT001 -- a key, unpacked
        context = self._trust if secure else None
        pool = urllib3.PoolManager(ssl_context=context) if proxy is None else _proxy_pool(proxy, context)
        pool.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return pool

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            if place := os.environ.get(variable):
                return _trust_in(variable, place)
        return ssl.create_default_context()


class _Patient(HTTPConnection):
    """A connection on which sending may stall longer than connecting may take."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(STALL_SECONDS)


class _PatientSecure(HTTPSConnection):
    """As above, with TLS."""

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(STALL_SECONDS)


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Patient  # type: ignore[mutable-override]  # the library's own way of extending it


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _PatientSecure  # type: ignore[mutable-override]  # the library's own way of extending it


def _trust_in(variable: str, place: str) -> ssl.SSLContext:
    try:
        if os.path.isdir(place):  # noqa: PTH112 -- ssl takes the string as it stands
            return ssl.create_default_context(capath=place)
        return ssl.create_default_context(cafile=place)
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{variable} names {place}, which cannot be read as certificates",
            remedy=Edit(f"let {variable} name a file of certificates in PEM form, or unset it"),
        ) from error


def _proxy_for(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    # A proxy would carry what is meant for this machine, and perhaps in the clear, to another.
    if is_loopback(host) or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _proxy_pool(proxy: str, context: ssl.SSLContext | None) -> urllib3.ProxyManager:
    try:
        login = parse_url(proxy).auth
        headers = make_headers(proxy_basic_auth=unquote(login)) if login else None
        return urllib3.ProxyManager(proxy, proxy_headers=headers, ssl_context=context, proxy_ssl_context=context)
    except (failures.HTTPError, ValueError) as error:
        raise ConfigError(
            "the proxy that the environment names cannot be used",
            remedy=Edit("let HTTPS_PROXY name a proxy as http://HOST:PORT, or the host in NO_PROXY"),
        ) from error
