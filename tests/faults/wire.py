"""The network between one tablet and the service: cuts, delays, and answers that are lost after the server's commit."""

import random
import re
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from enum import Enum

PATIENCE_S = 20
SLOWEST_S = 0.3
HANGS_S = 2.0
LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Fate(Enum):
    """What becomes of a request and its answer."""

    PASSED = "passed"
    CUT = "cut"
    HALF_SENT = "half sent"
    UNANSWERED = "unanswered"
    HALF_ANSWERED = "half answered"
    HANGING = "hanging"


# Three of ten requests come to harm; of half of these the server has kept everything by then.
WEATHER = {
    Fate.PASSED: 70,
    Fate.CUT: 9,
    Fate.HALF_SENT: 3,
    Fate.UNANSWERED: 11,
    Fate.HALF_ANSWERED: 5,
    Fate.HANGING: 2,
}


class Wire(socketserver.ThreadingTCPServer):
    """Listens for one tablet, and passes its calls on to the port that `find_port` names at that moment.

    `is_up` is False in an outage, `is_calm` True when all goes well again; in between `weather` says how often what
    happens. `fates` counts what happened, `statuses` the answers of the service by their number; `lost` are the bodies
    of answers that never came through.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, find_port: Callable[[], int], *, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.find_port = find_port
        self.chance = random.Random(seed)
        self.is_up = True
        self.is_calm = False
        self.weather = WEATHER
        self.fates: Counter[Fate] = Counter()
        self.statuses: Counter[int] = Counter()
        self.lost: list[bytes] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address that the tablet calls."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def cuts(self) -> int:
        """Return how many calls came to harm."""
        return sum(times for fate, times in self.fates.items() if fate is not Fate.PASSED)

    def stop(self) -> None:
        """Take the wire down for good."""
        self.shutdown()
        self.server_close()

    def draw(self) -> Fate:
        """Return the fate of the next call."""
        fate = Fate.PASSED if self.is_calm else self.chance.choices([*self.weather], [*self.weather.values()])[0]
        self.fates[fate] += 1
        return fate

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a torn connection is what this is for."""


class _Call(socketserver.BaseRequestHandler):
    server: Wire
    request: socket.socket

    def handle(self) -> None:
        """Pass one call on, as its fate will have it. A connection carries one call."""
        if not self.server.is_up:
            return
        self.request.settimeout(PATIENCE_S)
        asked = _read_request(self.request)
        fate = self.server.draw()
        if not asked or fate is Fate.CUT:
            return
        if not self.server.is_calm:
            time.sleep(self.server.chance.random() * SLOWEST_S)
        answered = self._ask(asked, is_whole=fate is not Fate.HALF_SENT)
        if fate is not Fate.PASSED:
            self.server.lost.append(answered.partition(b"\r\n\r\n")[2])
        if fate is Fate.HANGING:
            time.sleep(HANGS_S)
        elif fate is Fate.HALF_ANSWERED:
            self.request.sendall(answered[: len(answered) // 2])
        elif fate is Fate.PASSED:
            self.request.sendall(answered)

    def _ask(self, asked: bytes, *, is_whole: bool) -> bytes:
        """Return the service's whole answer, so that it has kept what it says it has; empty when there is none."""
        try:
            with socket.create_connection(("127.0.0.1", self.server.find_port()), PATIENCE_S) as upstream:
                upstream.settimeout(PATIENCE_S)
                upstream.sendall(asked if is_whole else asked[: len(asked) // 2])
                if not is_whole:
                    return b""
                answered = b"".join(iter(lambda: upstream.recv(65536), b""))
        except OSError:
            return b""
        if answered.startswith(b"HTTP/1.1 "):
            self.server.statuses[int(answered[9:12])] += 1
        return answered


def _read_request(client: socket.socket) -> bytes:
    """Return one request, made the only one of its connection."""
    read = b""
    while b"\r\n\r\n" not in read:
        piece = client.recv(65536)
        if not piece:
            return b""
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    while length and len(body) < int(length[1]):
        piece = client.recv(65536)
        if not piece:
            return b""
        body += piece
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close", b"", body])
