"""The log of a process: one JSON object a line on standard error, made so that no personal data can get into it.

Our own messages are written whole: they hold endpoints, codes and counts. Of a library's message only the words that
stand in its source are written, never what it puts into them (gunicorn tells addresses and paths).
"""

import json
import logging
import signal
import sys
import threading
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Any

from kaikukortti.running import faultlines, requestids

OURS = ("kaikukortti", "venues")
REQUEST = "request"
"""The message of the record that each request leaves; its fields are `fields` of the record."""
# Messages of libraries that are put together before they come here, with an address or a part of the request in them.
PUT_TOGETHER = {"Invalid request from ip=": "a request that could not be read"}
SIGNALS = {signal.name for signal in signal.Signals}
PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"

log = logging.getLogger(__name__)


class Style(StrEnum):
    """How the log is written."""

    JSON = "json"
    PLAIN = "plain"


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what is not in it is not in the log."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "pid": record.process,
        }
        if (request_id := requestids.now()) is not None:
            line["request"] = request_id
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = faultlines.describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def set_up(style: Style) -> None:
    """Let everything that this process logs go to standard error in one style, also what no code has caught.

    `plain` tells warnings with whole tracebacks: for a developer's terminal and made-up data.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if style is Style.JSON else logging.Formatter(PLAIN))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO if style is Style.JSON else logging.WARNING)
    logging.raiseExceptions = False  # a log that cannot be written stops nobody
    if style is Style.JSON:
        logging.captureWarnings(True)
        sys.excepthook = _tell
        threading.excepthook = _tell_of_thread


def note_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Write down a request: `route` is the pattern that fitted, never the path."""
    fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    log.info(REQUEST, extra={"fields": fields})


def is_noting() -> bool:
    """Return whether requests are written down."""
    return log.isEnabledFor(logging.INFO)


def _message(record: logging.LogRecord) -> str:
    if record.name.split(".")[0] in OURS:
        return record.getMessage()
    words = str(record.msg)
    if isinstance(record.args, tuple) and all(isinstance(arg, int) or _is_signal(arg) for arg in record.args):
        words = record.getMessage()  # numbers of processes and names of signals are nobody's
    return next((told for begins, told in PUT_TOGETHER.items() if words.startswith(begins)), words)


def _is_signal(arg: object) -> bool:
    return isinstance(arg, str) and (arg in SIGNALS or f"SIG{arg.upper()}" in SIGNALS)


def _tell(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    log.critical("the process ends by a fault", exc_info=(kind, fault, trace))


def _tell_of_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        log.error("a thread ended by a fault", exc_info=(args.exc_type, args.exc_value, args.exc_traceback))
