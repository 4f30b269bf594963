"""Where a service is."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Address:
    """Of a service.

    Attributes:
        url: Without a slash at its end.
        port: As in the url, else that of its scheme.
        ssl_context: None for http.
        headers: Of every request.
    """

    url: str
    host: str
    port: int
    ssl_context: ssl.SSLContext | None
    headers: dict[str, str]

    @property
    def authority(self) -> str:
        """Host and port as they stand in a header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 80 if self.ssl_context is None else 443
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def stream_url(self) -> str:
        """The same for a WebSocket, without a path."""
        return ("ws" if self.ssl_context is None else "wss") + self.url[self.url.index(":") :]


def address_of(url: str, token: str | None, ssl_context: ssl.SSLContext | None) -> Address:
    """The address that a url names. Raises ValueError for what cannot be one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.hostname is None or parts.path not in ("", "/"):
        raise ValueError(f"url must be like http://127.0.0.1:8787, was {url!r}")
    context = (ssl_context or ssl.create_default_context()) if parts.scheme == "https" else None
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    port = parts.port or (80 if context is None else 443)
    return Address(url.rstrip("/"), parts.hostname, port, context, headers)
