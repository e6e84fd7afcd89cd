"""The log: one JSON object a line, with the request's id, and nothing in it that somebody typed or a fault carried."""

import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from kaikukortti.errors import DomainError
from kaikukortti.running import logs, requestids
from kaikukortti.running.logs import Style

CARD = "EK3F8M2X9TS"


@pytest.fixture(autouse=True)
def no_request() -> None:
    """Begin outside any request, whatever a test before has left in this thread."""
    requestids.end()


def record(name: str, message: str, *args: object, fault: BaseException | None = None) -> logging.LogRecord:
    told = None if fault is None else (type(fault), fault, fault.__traceback__)
    return logging.LogRecord(name, logging.ERROR, "somewhere.py", 1, message, args, told)


def line(found: logging.LogRecord) -> dict[str, object]:
    written = logs.JsonLines().format(found)
    assert "\n" not in written
    told: dict[str, object] = json.loads(written)
    return told


def test_a_record_of_ours_is_told_whole():
    told = line(record("kaikukortti.web.pages", "no database at endpoint %s: %s", "cards.desk", "busy"))
    assert told["message"] == "no database at endpoint cards.desk: busy"
    assert (told["level"], told["logger"]) == ("error", "kaikukortti.web.pages")
    assert str(told["time"]).endswith("+00:00") and isinstance(told["pid"], int) and "request" not in told


@pytest.mark.parametrize(
    ("message", "args", "said"),
    [
        ("Error handling request %s %s", ("GET", f"/mobile/{CARD}"), "Error handling request %s %s"),
        (f"Invalid request from ip=192.0.2.7: /cards?number={CARD}", (), "a request that could not be read"),
        ("Handling signal: %s", ("term",), "Handling signal: term"),
        ("Worker (pid:%s) was sent %s!", (7, "SIGKILL"), "Worker (pid:7) was sent SIGKILL!"),
    ],
)
def test_of_a_librarys_record_only_its_own_words_are_told(message, args, said):
    assert line(record("gunicorn.error", message, *args))["message"] == said


def test_nobody_writes_a_record_but_the_program():
    told = line(record("kaikukortti.web", "odd: %s", 'x\n{"level": "critical"}\r\n'))
    assert told["level"] == "error"


def test_a_request_is_named_while_it_lasts():
    request_id = requestids.begin()
    try:
        assert line(record("venues.web", "x"))["request"] == request_id
    finally:
        requestids.end()
    assert "request" not in line(record("venues.web", "x"))


def broken() -> None:
    try:
        raise OSError(28, f"no room for {CARD}")
    except OSError as full:
        raise ValueError(f"card {CARD} of maija@example.fi") from full


def test_a_fault_is_told_by_kind_and_place_and_never_by_its_text():
    with pytest.raises(ValueError, match=CARD) as caught:
        broken()
    told = line(record("kaikukortti.web", "unhandled error", fault=caught.value))
    fault = told["fault"]
    assert isinstance(fault, dict) and fault["kind"] == "builtins.ValueError"
    assert fault["at"][-1].startswith(f"{__name__}:") and fault["at"][-1].endswith(" broken")
    assert (fault["cause"]["kind"], fault["cause"]["errno"]) == ("builtins.OSError", 28)
    assert CARD not in json.dumps(told) and "maija" not in json.dumps(told)


def test_a_rules_no_is_told_by_its_code():
    told = line(record("kaikukortti.web", "x", fault=DomainError(number=CARD)))
    assert isinstance(told["fault"], dict) and told["fault"]["code"] == "not_possible" and CARD not in json.dumps(told)


def test_a_fault_that_is_its_own_cause_is_told_once_more_than_not():
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(json.dumps(line(record("kaikukortti.web", "x", fault=first)))) < 1000


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Put the log of this process back when the test ends."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in logs.OURS]
    kept = root.handlers, root.level, [one.level for one in ours], logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers, logging.raiseExceptions = kept[0], kept[3]
    root.setLevel(kept[1])
    for one, level in zip(ours, kept[2], strict=True):
        one.setLevel(level)
    logging.captureWarnings(False)
    sys.excepthook, threading.excepthook = hooks


def test_what_nobody_caught_is_a_line_too(as_it_was, capsys):
    logs.set_up(Style.JSON)
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    told = json.loads(capsys.readouterr().err)
    assert (told["message"], told["fault"]["kind"]) == ("a thread ended by a fault", "builtins.ValueError")


def test_requests_are_noted_in_one_style_and_not_in_the_other(as_it_was, capsys):
    for style, lines in ((Style.JSON, 1), (Style.PLAIN, 0)):
        logs.set_up(style)
        logs.note_request(method="GET", route="/cards/<int:card_id>", status=200, seconds=0.0123)
        written = capsys.readouterr().err.splitlines()
        assert len(written) == lines
        if written:
            told = json.loads(written[0])
            assert {**told, "time": 0, "pid": 0} == {
                "time": 0,
                "pid": 0,
                "level": "info",
                "logger": "kaikukortti.running.logs",
                "message": "request",
                "method": "GET",
                "route": "/cards/<int:card_id>",
                "status": 200,
                "ms": 12.3,
            }
