"""What stands in front: the nginx of deploy/nginx with our paths in it, and a browser or tablet that asks it."""

import http.client
import os
import re
import socket
import ssl
import subprocess
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import tree
from tests.deploy import certificate

STAFF, DOOR = "kortti.example.fi", "ovi.example.fi"
FOLDER = tree.ROOT / "deploy" / "nginx"
MIME_TYPES = "/etc/nginx/mime.types"
READY_WITHIN_S = 20.0
# Its processes reach the folder of a test, which nobody else may look into.
USER = "user root;" if os.geteuid() == 0 else ""
FRAME = """
{user}
daemon off;
worker_processes 2;
pid {here}/nginx.pid;
error_log {here}/error.log notice;
events {{ worker_connections 512; }}
http {{
    # As Debian's own nginx.conf has it.
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include {mime_types};
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    gzip on;
    access_log off;
    client_body_temp_path {here}/bodies;
    proxy_temp_path {here}/answers;
    fastcgi_temp_path {here}/f;
    uwsgi_temp_path {here}/u;
    scgi_temp_path {here}/s;
    include {here}/kaikukortti.conf;
}}
"""


class Nginx:
    """A running nginx with the shipped settings, in front of the given addresses."""

    def __init__(self, here: Path, behind: Sequence[str]) -> None:
        self.port, self.plain_port = free_port(), free_port()
        self.chain, _ = certificate.write(here, STAFF, DOOR)
        (here / "kaikukortti.conf").write_text(self._settings(here, behind), encoding="utf-8")
        (here / "nginx.conf").write_text(FRAME.format(here=here, user=USER, mime_types=MIME_TYPES), encoding="utf-8")
        self.folder = here
        self.visitors: list[Visitor] = []
        self._words = ["nginx", "-p", str(here), "-e", str(here / "error.log"), "-c", str(here / "nginx.conf")]
        checked = subprocess.run([*self._words, "-t"], capture_output=True, check=False, text=True)
        assert checked.returncode == 0 and "[warn]" not in checked.stderr, checked.stderr
        self._process = subprocess.Popen(self._words)
        self._wait()

    def stop(self) -> None:
        """Stop it, and let go of who asked it."""
        for visitor in self.visitors:
            visitor.close()
        self._process.terminate()
        self._process.wait(30)

    def _settings(self, here: Path, behind: Sequence[str]) -> str:
        text = (FOLDER / "kaikukortti.conf").read_text(encoding="utf-8")
        servers = "".join(f"    server {one} max_fails=1 fail_timeout=5s;\n" for one in behind)
        changes = {
            r"^    server 127\.0\.0\.1:8000 .*\n": servers,
            r"^    listen \[::\].*\n": "",
            r"listen 443": f"listen 127.0.0.1:{self.port}",
            r"listen 80\b": f"listen 127.0.0.1:{self.plain_port}",
            r"/etc/kaikukortti/tls": str(here),
            r"/var/log/nginx": str(here),
            r"/etc/nginx/kaikukortti": str(FOLDER),
            r"/opt/kaikukortti/static/": f"{tree.ROOT / 'static'}/",
        }
        for pattern, ours in changes.items():
            text, count = re.subn(pattern, ours, text, flags=re.MULTILINE)
            assert count, f"the settings have no {pattern}"
        return text

    def _wait(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "error.log").read_text(encoding="utf-8"))


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Visitor:
    """A browser or a tablet: one name, one connection that is opened again when it was lost, cookies."""

    nginx: Nginx
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    _open: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        self.nginx.visitors.append(self)

    def ask(self, path: str, *, body: bytes | None = None, kind: str = "", method: str = "") -> Answer:
        """Send a request over TLS. Raises OSError or HTTPException when no answer came."""
        headers = {"Host": self.host, **self.headers}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        connection = self._open = self._open or self._connect()
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, body, headers)
            with connection.getresponse() as response:
                answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def send_form(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        return self.ask(path, body=urllib.parse.urlencode(fields).encode(), kind="application/x-www-form-urlencoded")

    def close(self) -> None:
        """Let the connection go."""
        if self._open:
            self._open.close()
        self._open = None

    def _connect(self) -> http.client.HTTPConnection:
        # http.client would take the address's name for the certificate's, so the socket is made here.
        plain = socket.create_connection(("127.0.0.1", self.nginx.port), timeout=30)
        connection = http.client.HTTPConnection(self.host)
        connection.sock = tls(self.nginx).wrap_socket(plain, server_hostname=self.host)
        return connection


def tls(nginx: Nginx, *protocols: str) -> ssl.SSLContext:
    """Return what a client trusts, and speaks."""
    context = ssl.create_default_context(cafile=str(nginx.chain))
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on."""
    with socket.create_server((address, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
