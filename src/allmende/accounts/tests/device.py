"""A telephone that makes and uses passkeys, and can be told to misbehave."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestedCredentialData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Device:
    def __init__(self, *, origin: str = "https://testserver", place: str = "testserver", verifies: bool = True) -> None:
        self.origin, self.place, self.verifies = origin, place, verifies
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.number = secrets.token_bytes(16)
        self.user_handle = b""

    def create(self, options: Any) -> dict[str, Any]:
        """What the browser hands to the page after ``navigator.credentials.create``."""
        self.user_handle = websafe_decode(options["publicKey"]["user"]["id"])
        kept = AttestedCredentialData.create(
            b"\0" * 16, self.number, ES256.from_cryptography_key(self.key.public_key())
        )
        statement = {"fmt": "none", "attStmt": {}, "authData": self._facts(ATTESTED) + kept}
        return self._answer(
            {
                "clientDataJSON": self._client("webauthn.create", options),
                "attestationObject": websafe_encode(cbor.encode(statement)),
            }
        )

    def get(self, options: Any, **changes: Any) -> dict[str, Any]:
        """The same after ``navigator.credentials.get``."""
        facts, client = self._facts(), self._client("webauthn.get", options)
        signed = facts + hashlib.sha256(websafe_decode(client)).digest()
        response = {
            "clientDataJSON": client,
            "authenticatorData": websafe_encode(facts),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": websafe_encode(self.user_handle),
        }
        return self._answer(response | changes)

    def _facts(self, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.place.encode()).digest() + bytes([flags]) + bytes(4)

    def _client(self, kind: str, options: Any) -> str:
        facts = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": self.origin}
        return websafe_encode(json.dumps(facts).encode())

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        number = websafe_encode(self.number)
        return {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }
