"""What people have in their pockets for a second factor: an app that shows codes, a device that keeps passkeys."""

import base64
import hashlib
import hmac
import struct
import time

from playwright.sync_api import Page

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code_of(secret: str, *, steps_ahead: int = 0) -> str:
    """What an app shows (RFC 6238), reckoned without the code under test."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = struct.pack(">Q", int(time.time()) // 30 + steps_ahead)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def plug_in(page: Page) -> dict:
    """The browser's debugger plays a device that answers when the page asks for a passkey."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    key = debugger.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return {"debugger": debugger, "id": key}


def refuse(device: dict) -> None:
    """Nobody touches the device from now on, or the wrong finger does."""
    device["debugger"].send("WebAuthn.setUserVerified", {"authenticatorId": device["id"], "isUserVerified": False})
