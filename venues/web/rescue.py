"""The call by which a tablet sends the rescue file of another one of its venue, as it was saved there."""

import base64
import binascii
from typing import Annotated, Literal

from flask import current_app, g, jsonify, request
from pydantic import AfterValidator, Field

from kaikukortti import clock
from kaikukortti.web import guard
from venues import rescue
from venues.web import credential, schemas
from venues.web.api import alarm, answer_view
from venues.web.credential import Reply, read_body

blueprint = guard.guarded_blueprint("door_rescue", __name__, word=guard.DEVICE, url_prefix="/door/api")

BASE64URL = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$"
LARGEST_FILE = 8 * 1024 * 1024  # some 10,000 visits

credential.protect(blueprint)


def _bytes_of(text: str) -> str:
    """Let base64url through that can be read. Raises ValueError."""
    _decoded(text)
    return text


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


class RescueBody(schemas.Shape):
    """A rescue file."""

    format: Literal["kaikukortti-rescue-1"]
    device: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")]
    key_number: schemas.RowNumber
    created: Annotated[str, Field(max_length=40)]
    iv: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16}$"), AfterValidator(_bytes_of)]
    ciphertext: Annotated[str, Field(pattern=BASE64URL), AfterValidator(_bytes_of)]


@blueprint.post("/rescue")
def carry() -> Reply:
    """Take in the scans of a rescue file; each gets its own answer, and a file sent twice changes nothing."""
    request.max_content_length = LARGEST_FILE
    body = read_body(RescueBody)
    sealed = rescue.Sealed(
        int(body.device), body.key_number, body.created, _decoded(body.iv), _decoded(body.ciphertext)
    )
    owner, raw = rescue.unseal(sealed, carrier=g.device, secret_key=current_app.config["KAIKU"].secret_key)
    items = [schemas.item_of(one) for one in raw]
    answers = rescue.accept(items, owner=owner, carrier=g.device, received_at=clock.now())
    alarm(answers)
    return jsonify(
        device={"id": str(owner.device_id), "name": owner.name}, answers=[answer_view(one) for one in answers]
    )
