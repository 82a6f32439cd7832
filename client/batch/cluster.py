"""A batch on many machines: one Ray actor beside each ComfyUI server speaks to it for the process that leads.

Only requests and messages go through it; what is done and written down stays in one place, as without a cluster. Each
machine of the cluster needs Fit-AD with the extra ``cluster``. A server that listens on its own machine only is found
there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import websockets
from websockets.sync.client import ClientConnection

from ...core.infra.paths import environment
from ..comfy.address import ServerAddress
from ..comfy.credentials import Credentials, address_for, credentials_for, known_logins
from ..comfy.queue import ComfyServer
from ..comfy.transport import Connection
from ..failures import BadUseError, ServerAwayError

LOCAL = "local"
_CALL_LIMIT_S = 300.0
_HEADERS = ("location", "content-type")


class RemoteSocket:
    """The websocket that an actor holds."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    def recv(self, timeout: float) -> str:
        """Return the next message.

        Raises:
            TimeoutError: There was none.
            OSError: The connection is closed.
        """
        frame = _result(self._actor.receive.remote(timeout))
        if frame is None:
            raise TimeoutError
        if frame is False:
            raise ConnectionResetError("the websocket is closed")
        return str(frame)


class RemoteServer(ComfyServer):
    """A ComfyUI server that another machine of the cluster speaks to.

    Args:
        actor: A handle on a :class:`ServerActor` there.
    """

    def __init__(self, server: ServerAddress, actor: Any, connect_limit_s: float) -> None:
        super().__init__(server, connect_limit_s=connect_limit_s)
        self._actor = actor

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return what answers to the actor.

        Raises:
            ServerAwayError: Nothing does.
        """
        status, headers, data = _result(self._actor.ask.remote(method, path, options))
        if status == 0:
            raise self._away(data.decode("utf-8", "replace"))
        return httpx.Response(status, headers=headers, content=data)

    @contextmanager
    def listening(self) -> Iterator[ClientConnection | None]:
        """Give the websocket that the actor holds, or None where there is none."""
        there = False
        with suppress(ServerAwayError):
            there = _result(self._actor.listen.remote(self.client_id))
        yield RemoteSocket(self._actor) if there else None  # type: ignore[misc]


class ServerActor:
    """What runs beside a server, as a Ray actor: sends requests and receives messages.

    Args:
        address: The server's.
        credentials: What goes with each request; this machine's environment may not have it.
        connect_limit_s: A connection may take so long.
    """

    def __init__(self, address: ServerAddress, credentials: Credentials, connect_limit_s: float) -> None:
        self._stack = ExitStack()
        self._socket: ClientConnection | None = None
        self._address, self._credentials, self._limit = address, credentials, connect_limit_s
        self._connection = Connection(address, connect_limit_s, credentials)

    def ask(self, method: str, path: str, options: Mapping[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """Return status, what counts of the headers, and body of an answer; 0 and the reason where there is none."""
        try:
            answer = self._connection.request(method, path, **options)
        except ServerAwayError as exc:
            if self._switched_to_loopback():
                return self.ask(method, path, options)
            return 0, {}, exc.why.encode()
        headers = {name: answer.headers[name] for name in _HEADERS if name in answer.headers}
        return answer.status_code, headers, answer.content

    def _switched_to_loopback(self) -> bool:
        """Try this machine's own address once, where the server's is closed to others."""
        parts = urlsplit(self._address.url)
        near = urlunsplit(parts._replace(netloc=f"127.0.0.1:{parts.port or (443 if parts.scheme == 'https' else 80)}"))
        if self._connection.url == near or parts.hostname not in _own_addresses():
            return False
        self._connection.close()
        self._connection = Connection(replace(self._address, url=near), self._limit, self._credentials)
        return True

    def listen(self, client_id: str) -> bool:
        """Reopen the websocket; return whether there is one."""
        self._stack.close()
        self._connection.client_id = client_id
        self._socket = self._stack.enter_context(self._connection.listening())
        return self._socket is not None

    def receive(self, timeout: float) -> str | bool | None:
        """Return the next message, None for silence and previews, False once the websocket is closed."""
        if self._socket is None:
            return False
        try:
            frame = self._socket.recv(timeout=timeout)
        except TimeoutError:
            return None
        except (OSError, websockets.exceptions.WebSocketException):
            return False
        return frame if isinstance(frame, str) else None


@contextmanager
def remote_servers(
    cluster: str, addresses: Mapping[str, str], connect_limit_s: float
) -> Iterator[dict[str, RemoteServer]]:
    """Give the servers, each spoken to by an actor on its own machine where the cluster has that, or else anywhere.

    Args:
        cluster: The cluster's address, ``auto`` for the one that this machine is part of, ``local`` for one made here.
        addresses: Name -> address.

    Raises:
        BadUseError: Ray is not installed, or there is no such cluster.
    """
    try:
        ray = _ray()
    except ImportError as exc:
        raise BadUseError("A cluster needs Ray", fix='pip install "comfyui-fit-ad[cluster]"') from exc
    ours = not ray.is_initialized()
    if ours:
        _join(ray, cluster)
    try:
        yield {name: _remote_server(ray, address, connect_limit_s) for name, address in addresses.items()}
    finally:
        if ours:
            ray.shutdown()


def _join(ray: Any, cluster: str) -> None:
    try:
        here = {"include_dashboard": False, "num_cpus": 1} if cluster == LOCAL else {"address": cluster}
        ray.init(log_to_driver=False, logging_level="error", **here)
    except (ConnectionError, ValueError, RuntimeError) as exc:
        reason = str(exc).splitlines()[0][:200] if str(exc) else type(exc).__name__
        raise BadUseError(
            f"There is no Ray cluster at {cluster}", why=reason, fix="Start one: ray start --head"
        ) from exc


def _remote_server(ray: Any, text: str, connect_limit_s: float) -> RemoteServer:
    logins = known_logins()
    address = address_for(text, logins)
    credentials = credentials_for(address, environment(), logins)
    return RemoteServer(address, _actor(ray, address, credentials, connect_limit_s), connect_limit_s)


def _actor(ray: Any, address: ServerAddress, credentials: Credentials, connect_limit_s: float) -> Any:
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    host = address.host
    node = next((one["NodeID"] for one in ray.nodes() if one["Alive"] and one["NodeManagerAddress"] == host), None)
    options: dict[str, Any] = {"num_cpus": 0, "max_restarts": -1}
    if node is not None:
        options["scheduling_strategy"] = NodeAffinitySchedulingStrategy(node, soft=True)
    return ray.remote(**options)(ServerActor).remote(address, credentials, connect_limit_s)


def _result(reference: Any) -> Any:
    """Return what an actor answers.

    Raises:
        ServerAwayError: Its machine is gone.
    """
    ray = _ray()
    try:
        return ray.get(reference, timeout=_CALL_LIMIT_S)
    except (ray.exceptions.RayActorError, ray.exceptions.GetTimeoutError) as exc:
        raise ServerAwayError("The machine of the cluster that speaks to the server is gone") from exc


def _ray() -> Any:
    return import_module("ray")


def _own_addresses() -> set[str]:
    return {_ray().util.get_node_ip_address(), "127.0.0.1", "localhost"}
