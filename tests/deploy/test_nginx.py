"""nginx as deploy/nginx has it: TLS, HTTP/2, names, what it sends on, the service's files as the service has them."""

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import tree
from tests.deploy import front
from tests.deploy.front import DOOR, STAFF, Nginx, Visitor

STATIC = tree.ROOT / "static"
OF_ONE_ANSWER = {"Date", "Expires", "Server", "ETag", "Last-Modified", "Connection", "X-Request-ID", "Accept-Ranges"}
OF_ONE_ANSWER |= {"Vary", "Content-Length", "Content-Encoding", "Content-Disposition", "Transfer-Encoding"}


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that it was sent."""

    def do_GET(self) -> None:
        """Say what came."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(dict(self.headers.items())).encode().ljust(4000)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """Start nginx in front of a service that says what it is sent."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as behind:
        thread = threading.Thread(target=behind.serve_forever)
        thread.start()
        nginx = Nginx(tmp_path_factory.mktemp("nginx"), [f"127.0.0.1:{behind.server_address[1]}"])
        yield nginx
        nginx.stop()
        behind.shutdown()
        thread.join()


def shake_hands(nginx: Nginx, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", nginx.port), timeout=30)
    try:
        return context.wrap_socket(plain, server_hostname=name)
    except BaseException:
        plain.close()
        raise


@pytest.mark.parametrize("name", (STAFF, DOOR))
def test_both_names_speak_http_2_over_new_tls(echo, name):
    with shake_hands(echo, front.tls(echo, "h2", "http/1.1"), name) as connection:
        assert (connection.selected_alpn_protocol(), connection.version()) == ("h2", "TLSv1.3")


def test_old_tls_and_other_names_get_no_answer(echo):
    old = front.tls(echo)
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_2
    with shake_hands(echo, old, STAFF) as connection:
        chosen = connection.cipher()
        assert chosen and chosen[0].startswith("ECDHE-")
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        shake_hands(echo, old, STAFF)
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        shake_hands(echo, front.tls(echo), "elsewhere.example")


def test_what_a_client_says_of_itself_is_overwritten(echo):
    lies = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    visitor = Visitor(echo, STAFF, headers={**lies, "X-Request-ID": "f" * 32})
    came = json.loads(visitor.ask("/anything").body)
    assert came["X-Forwarded-For"] == "127.0.0.1"
    assert (came["X-Forwarded-Host"], came["Host"], came["X-Forwarded-Proto"]) == (STAFF, STAFF, "https")
    assert came["X-Request-ID"] != "f" * 32 and len(came["X-Request-ID"]) == 32


def test_pages_are_led_to_https_and_programs_are_refused(echo):
    def ask(path: str) -> tuple[int, str]:
        with socket.create_connection(("127.0.0.1", echo.plain_port), timeout=30) as connection:
            connection.sendall(f"GET {path} HTTP/1.0\r\nHost: {STAFF}\r\n\r\n".encode())
            head = connection.makefile("rb").read().decode()
        location = next((line for line in head.splitlines() if line.startswith("Location: ")), "")
        return int(head.split()[1]), location

    assert ask("/cards/?a=b") == (301, f"Location: https://{STAFF}/cards/?a=b")
    assert [ask(path)[0] for path in ("/api/v1/checks", "/door/api/scans")] == [403, 403]


def test_what_is_for_the_machine_is_not_outside(echo):
    visitor = Visitor(echo, STAFF)
    assert [visitor.ask(path).status for path in ("/readyz", "/metrics", "/healthz")] == [404, 404, 200]


def test_files_come_as_the_service_sends_them(echo, engine_url, tmp_path, make_app):
    """Every file of static/: kind, policy and how long it is kept are the same, by nginx as by the service."""
    if engine_url.startswith("postgresql"):
        return  # what the service says of a file does not depend on its database
    service = make_app(secure_cookies=True, testing=False)
    differing = []
    visitor = Visitor(echo, STAFF)
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    for path in files:
        address = f"/static/{path.relative_to(STATIC)}"
        ours, theirs = visitor.ask(address), _from_service(service, address)
        assert (ours.status, ours.body) == (200, path.read_bytes()), address
        other = _told(dict(ours.headers.items())).items() ^ _told(theirs).items()
        differing += [f"{address}: {name}: {value}" for name, value in sorted(other)]
    assert len(files) > 100
    assert not differing, tree.listing(differing, "Files that nginx sends in another way than the service:")


def test_only_files_are_packed(echo):
    visitor = Visitor(echo, STAFF, headers={"Accept-Encoding": "gzip"})
    assert visitor.ask("/static/css/tokens.css").headers["Content-Encoding"] == "gzip"
    assert visitor.ask("/anything").headers["Content-Encoding"] is None


def test_a_rescue_file_fits_and_more_does_not(echo):
    visitor = Visitor(echo, STAFF)
    assert visitor.ask("/x", body=b"x" * (8 * 2**20), method="GET").status == 200
    assert visitor.ask("/x", body=b"x" * (10 * 2**20), method="GET").status == 413


def _from_service(service: Flask, address: str) -> dict[str, str]:
    with service.test_client().get(address, base_url=f"https://{STAFF}") as answer:
        assert answer.status_code == 200, address
        return dict(answer.headers.items())


def _told(headers: dict[str, str]) -> dict[str, str]:
    told = {name: value for name, value in headers.items() if name not in OF_ONE_ANSWER}
    kind = told["Content-Type"].replace(" ", "").lower()
    # Text is UTF-8 either way; of what is no text a character set says nothing.
    return {**told, "Content-Type": kind if kind.startswith("text/") else kind.split(";")[0]}


def test_the_paths_of_the_settings_are_the_guide_s():
    """What the settings name is what deploy/README.md makes."""
    guide = (tree.ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    for path in ("/etc/kaikukortti/tls", "/opt/kaikukortti/static", "/etc/nginx/kaikukortti", "/etc/nginx/conf.d"):
        assert path in guide and Path(path).is_absolute()
