"""The figures over HTTP: one socket on a loopback address, opened once and answered by each of the processes."""

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer

from kaikukortti.config import ConfigError

PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENS_WITHIN = 5.0  # seconds: a killed service's processes notice within one that they are alone, and let go
LOOKS_EVERY = 5.0
READS_WITHIN = 5.0


def open_socket(host: str, port: int) -> socket.socket:
    """Open the address, which is a loopback one (config.load checks it). Raises ConfigError when it stays taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + OPENS_WITHIN
    while True:
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((host, port))
            opened.listen()
            opened.setblocking(False)  # another process may have answered when this one comes to it
            return opened
        except OSError as error:
            opened.close()
            if time.monotonic() > until:
                raise ConfigError(f"KAIKU_METRICS: {host} port {port} cannot be opened ({error.strerror}).") from error
            time.sleep(0.2)


class Exposition(HTTPServer):
    """Answers with the figures, beside the pages, in a thread; `look` is called every few seconds."""

    def __init__(self, opened: socket.socket, text: Callable[[], bytes], look: Callable[[], None]) -> None:
        super().__init__(opened.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = opened
        self.text, self._look, self._looked_at = text, look, 0.0

    def start(self) -> None:
        """Begin to answer."""
        threading.Thread(target=self.serve_forever, name="metrics", daemon=True).start()

    def service_actions(self) -> None:
        """Look from time to time."""
        if time.monotonic() - self._looked_at >= LOOKS_EVERY:
            self._looked_at = time.monotonic()
            self._look()


class _Handler(BaseHTTPRequestHandler):
    timeout = READS_WITHIN
    server: Exposition

    def do_GET(self) -> None:  # noqa: N802  as http.server names it
        """Answer with the figures."""
        if self.path != PATH:
            self.send_error(404)
            return
        text = self.server.text()
        self.send_response(200)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a scrape every few seconds is no news."""
