"""A proxy between a tablet and the service, so that a test can serve a newer version of the page."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

# Of one connection only, or set anew by the proxy's own server.
OWN_HEADERS = {"connection", "transfer-encoding", "content-length", "date", "server"}


class Between(ThreadingHTTPServer):
    """Passes everything on. `release` makes the service worker another one, as a new release of the service does."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.target = urlsplit(target).netloc
        self.release = ""

    @property
    def url(self) -> str:
        """Return the proxy's address."""
        return f"http://localhost:{self.server_address[1]}"


@contextmanager
def between(target: str) -> Iterator[Between]:
    """Run a proxy before a service."""
    proxy = Between(target)
    runner = threading.Thread(target=proxy.serve_forever, daemon=True)
    runner.start()
    yield proxy
    proxy.shutdown()
    proxy.server_close()
    runner.join()


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Between

    def do_GET(self) -> None:
        """Pass a request on and its answer back."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        upstream = http.client.HTTPConnection(self.server.target, timeout=30)
        upstream.request(self.command, self.path, body=body or None, headers=dict(self.headers))
        answer = upstream.getresponse()
        text = answer.read()
        upstream.close()
        if self.path == "/door/service-worker.js":
            text = text.replace(b'{"version": "', b'{"version": "' + self.server.release.encode(), 1)
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OWN_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
