"""A SOCKS5 proxy on loopback that leads to one server, whatever host it is asked for."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class SocksProxy:
    """The running proxy, and the hosts it was asked for."""

    asked: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def socks_proxy(port: int) -> Iterator[SocksProxy]:
    """Run a proxy on a free port that connects to ``port`` of this machine.

    Source: RFC 1928.
    """
    state = SocksProxy()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _, methods = self.rfile.read(2)
            self.rfile.read(methods)
            self.wfile.write(b"\x05\x00")
            kind = self.rfile.read(4)[3]
            length = self.rfile.read(1)[0] if kind == 3 else 4
            state.asked.append(self.rfile.read(length).decode("latin1"))
            self.rfile.read(2)
            self.wfile.write(b"\x05\x00\x00\x01" + socket.inet_aton("127.0.0.1") + struct.pack(">H", port))
            with socket.create_connection(("127.0.0.1", port)) as other:
                back = threading.Thread(target=_pump, args=(other, self.connection), daemon=True)
                back.start()
                _pump(self.connection, other)
                back.join(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        state.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
