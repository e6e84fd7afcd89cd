"""How much may be sent: more is refused with 413 before it is read, and a bomb in a file costs no time."""

import io
import json
import time
import zipfile
from typing import Any

import pytest

from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web
from venues.web import credential, rescue, schemas

KIB = 1024


class Counting(io.BytesIO):
    """A body that remembers how much of it was read."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as asked, and count."""
        found = super().read(size)
        self.taken += len(found)
        return found

    def readinto(self, buffer: Any, /) -> int:
        """Do the same."""
        taken = super().readinto(buffer)
        self.taken += taken
        return taken


@pytest.fixture
def door(app, network) -> Web:
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


@pytest.mark.parametrize(
    ("call", "most"),
    [("checks", 64 * KIB), ("enrol", 64 * KIB), ("practised", 64 * KIB), ("scans", 256 * KIB)],
)
def test_a_tablet_s_call_is_bounded_and_not_read_beyond(door, call, most):
    assert most == (credential.LARGEST_BATCH if call == "scans" else credential.LARGEST_BODY)
    body = Counting(b" " * (most + 1))
    answer = door.post(f"/door/api/{call}", input_stream=body, content_length=most + 1, content_type="application/json")
    assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (413, "http_413")
    assert body.taken == 0
    just = door.post(f"/door/api/{call}", data=b" " * most, content_type="application/json")
    assert just.status_code == 400, "as long as may be, but no JSON"


def test_a_batch_has_so_many_records(door):
    assert schemas.MOST_ITEMS <= 200
    body = json.dumps({"items": [{}] * (schemas.MOST_ITEMS + 1)})
    assert door.post("/door/api/scans", data=body, content_type="application/json").status_code == 400


def test_a_rescue_file_may_be_long_and_no_longer(door):
    body = Counting(b" " * (credential.LARGEST_BODY + 1))
    said = {"CONTENT_LENGTH": str(rescue.LARGEST_FILE + 1)}
    answer = door.post("/door/api/rescue", input_stream=body, content_type="application/json", environ_overrides=said)
    assert (answer.status_code, body.taken) == (413, 0)
    body.seek(0)
    answer = door.post("/door/api/rescue", input_stream=body, content_type="application/json")
    assert answer.status_code == 400, "longer than another call, but no JSON"


CHUNKED = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
"""As gunicorn hands on what is sent in chunks."""


def test_a_body_of_unknown_length_is_cut_off(door):
    body = Counting(b" " * (credential.LARGEST_BODY * 20))
    answer = door.post(
        "/door/api/checks", input_stream=body, content_type="application/json", environ_overrides=CHUNKED
    )
    assert answer.status_code == 400
    assert body.taken <= credential.LARGEST_BODY + 64 * KIB


def test_a_form_of_unknown_length_is_refused_and_not_taken_in_part(app):
    web = Web(app)
    body = Counting(b"language=sv&csrf_token=x")
    form = "application/x-www-form-urlencoded"
    answer = web.post("/preferences", input_stream=body, content_type=form, environ_overrides=CHUNKED)
    assert (answer.status_code, body.taken) == (411, 0)


@pytest.mark.parametrize("page", ["/sign-in", "/preferences", "/own/", "/cards/new", "/partners/units/new"])
def test_a_form_has_a_mebibyte(app, network, enter, page):
    role = {"/cards/new": Role.WORKER, "/partners/units/new": Role.COORDINATOR}.get(page)
    web = enter(network.people[role]) if role else Web(app)
    body = Counting(b"x" * (KIB * KIB + 1))
    answer = web.post(
        page, input_stream=body, content_length=KIB * KIB + 1, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert body.taken == 0


@pytest.mark.parametrize(
    ("role", "page", "fields"),
    [
        (Role.COORDINATOR, "/stock/import", {"unit"}),
        (Role.VENUE_MANAGER, "/venue/programme/files", set()),
    ],
)
def test_a_zip_bomb_is_refused_in_a_second(network, enter, role, page, fields):
    web = enter(network.people[role])
    web.get(page)
    sent = {"csrf_token": onpage.token(web), "file": (io.BytesIO(bomb()), "lista.xlsx")}
    sent |= {"unit": str(network.unit.id)} if fields else {}
    began = time.process_time()
    answer = web.post(page, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert time.process_time() - began < 1


def bomb() -> bytes:
    """Return a workbook of a few kilobytes that unpacks to a gigabyte."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for part in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
            with archive.open(part, "w", force_zip64=True) as stream:
                for _ in range(60):
                    stream.write(b" " * KIB * KIB)
    return packed.getvalue()
