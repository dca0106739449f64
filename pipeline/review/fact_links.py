"""Links that let an SME answer without an account: the id of a request, signed.

The signature keeps guessers out without a look into the database; what was sent, until when, and whether the link was
taken back, is read from the request itself, where the address cannot change it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

KEY = "fact_links"
"""Name of the key in the store."""
_TOKEN = re.compile(r"([A-Za-z0-9-]{1,64})\.([A-Za-z0-9_-]{43})", re.ASCII)


def token_of(request_id: str, key: bytes) -> str:
    """The last part of the link's address."""
    return f"{request_id}.{base64.urlsafe_b64encode(_signature(request_id, key)).decode().rstrip('=')}"


def request_in(token: str, key: bytes) -> str | None:
    """The id of the request that the token was signed for; None where it was not signed with this key."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    try:
        signature = base64.urlsafe_b64decode(match[2] + "=")
    except (binascii.Error, ValueError):
        return None
    return match[1] if hmac.compare_digest(signature, _signature(match[1], key)) else None


def _signature(request_id: str, key: bytes) -> bytes:
    return hmac.new(key, f"sme2module fact link 1\n{request_id}".encode(), hashlib.sha256).digest()
