"""The only place where a key meets a request: between the client library and the socket.

The client library sees a stand-in address and no key, so that nothing it logs, raises or repeats can hold either.
Only named headers go out, because the library adds others from the environment (organisation, custom headers).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from threading import Event
from typing import Any

from ..infra.paths import environment
from ..settings.loader import is_local

STAND_IN = "https://fit-ad-profile.invalid/v1"  # what the library logs instead of the address
MOST_BYTES = 1_000_000  # of one answer in words on the wire; a whole one has about 10,000

_OUT = ("accept", "content-type")
_BACK = ("content-type", "retry-after")


class RedirectedError(Exception):
    """The server sent on to another address; it is not followed, so that the key stays where it belongs."""


class ProxyError(Exception):
    """The proxy that the environment names is of a kind that can't be used here."""


class TooLongError(Exception):
    """The answer is longer than any answer to the question can be."""


class StoppedError(Exception):
    """Nobody waits for the answer any more."""


def http_client(base_url: str, key: str, stop: Event, most_bytes: int = MOST_BYTES) -> Any:
    """Return a client for ``openai`` that reaches one address, with its key, and no other.

    Works with both HTTP libraries that ``openai`` has used: httpx up to its version 2, httpx2 from 3 on.

    Args:
        base_url: The address, up to ``/v1``.
        key: Its key; empty where none is needed.
        stop: Ends an answer that nobody waits for any more.
        most_bytes: A longer answer is cut off.
    """
    import openai

    library = next(c for c in openai.DefaultHttpxClient.__mro__ if c.__name__ == "Client").__module__.split(".")[0]
    http = import_module(library)
    proxy = None if is_local(base_url) else _proxy(base_url, environment())
    try:
        inner = http.HTTPTransport(proxy=proxy)
    except (ImportError, ValueError) as exc:  # a socks proxy without its package, or a scheme that is none
        raise ProxyError from exc
    wire = _GuardedTransport(http, inner, base_url, key, stop, most_bytes)
    return http.Client(transport=wire, follow_redirects=False, trust_env=False)


def _proxy(base_url: str, variables: Mapping[str, str]) -> str | None:
    """Return the proxy that the environment names for an address, unless NO_PROXY excepts the host."""
    host = base_url.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0].lower()
    values = {name.lower(): value.strip() for name, value in variables.items()}
    excepted = [part.strip().lstrip("*.").lower() for part in values.get("no_proxy", "").split(",") if part.strip()]
    if "*" in values.get("no_proxy", "").split(",") or any(host == e or host.endswith("." + e) for e in excepted):
        return None
    return values.get(f"{base_url.partition(':')[0].lower()}_proxy") or values.get("all_proxy") or None


def addresses_of(base_url: str) -> tuple[str, ...]:
    """Return where a server may be that speaks OpenAI's interface; an address without a path mostly means ``/v1``."""
    bare = "/" not in base_url.partition("://")[2]
    return (f"{base_url}/v1", base_url) if bare else (base_url,)


class _GuardedTransport:
    """A transport that puts the true address and the key on, and guards what comes back."""

    def __init__(self, http: Any, inner: Any, base_url: str, key: str, stop: Event, most_bytes: int) -> None:
        self.http, self.inner, self.base_url, self.key = http, inner, base_url, key
        self.stop, self.most_bytes = stop, most_bytes

    def handle_request(self, request: Any) -> Any:
        headers = {name: request.headers[name] for name in _OUT if name in request.headers}
        headers.update({"accept-encoding": "identity", "user-agent": "fit-ad"})
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        url = self.base_url + str(request.url)[len(STAND_IN) :]
        real = self.http.Request(
            request.method, url, headers=headers, content=request.read(), extensions=request.extensions
        )
        answer = self.inner.handle_request(real)
        if 300 <= answer.status_code < 400:
            answer.close()
            raise RedirectedError
        kept = [(name, answer.headers[name]) for name in _BACK if name in answer.headers]
        return self.http.Response(answer.status_code, headers=kept, stream=self._guarded(answer.stream))

    def _guarded(self, stream: Any) -> Any:
        stop, most_bytes = self.stop, self.most_bytes

        class Guarded(self.http.SyncByteStream):  # type: ignore[name-defined]
            """The answer's bytes, up to a limit and as long as somebody waits."""

            def __iter__(self) -> Iterator[bytes]:
                count = 0
                for part in stream:
                    count += len(part)
                    if stop.is_set():
                        raise StoppedError
                    if count > most_bytes:
                        raise TooLongError
                    yield part

            def close(self) -> None:
                stream.close()

        return Guarded()

    def close(self) -> None:
        self.inner.close()

    def __enter__(self) -> _GuardedTransport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
