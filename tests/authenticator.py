"""A security key in software: it makes key pairs and really signs, as a browser passes it on. Its faults are arguments.

WebAuthn level 3 §6.1 (authenticator data), §6.5.4 (attestation "none"), §5.8.1 (client data).
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
NO_MODEL = bytes(16)


@dataclass
class SoftKey:
    """One device with one passkey; `count` is its signature count."""

    origin: str
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], *, verified: bool = True, rp_id: str | None = None) -> str:
        """Answer navigator.credentials.create(): the new public key, for the relying party of the options."""
        attested = NO_MODEL + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._public_key()
        data = self._data(rp_id or options["rp"]["id"], ATTESTED, verified) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": client_data, "attestationObject": attestation})

    def sign(self, options: dict[str, Any], *, verified: bool = True, rp_id: str | None = None, more: int = 1) -> str:
        """Answer navigator.credentials.get(): the challenge, signed; the count rises by `more`."""
        self.count += more
        data = self._data(rp_id or options["rpId"], 0, verified)
        client_data = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client_data, "authenticatorData": data, "signature": signature})

    def _data(self, rp_id: str, flags: int, verified: bool) -> bytes:
        said = flags | PRESENT | (VERIFIED if verified else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([said]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.credential_id)
        plain = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": plain})


def challenge_of(options: dict[str, Any]) -> bytes:
    """Return what the options ask to be signed."""
    return base64url_to_bytes(options["challenge"])
