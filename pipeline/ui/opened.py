"""What one server process opens once and keeps: how people sign in, and the services over the workspace.

The screens and the plain pages beside them share it. Whether people sign in is decided when the process begins: a file
that goes missing later must not open the door.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from pipeline.config import Settings, SignIn, find_sign_in
from pipeline.wiring import Services, build_services

_LOCK = Lock()
_SIGN_INS: dict[str, SignIn | None] = {}
_SERVICES: dict[str, Services] = {}


def sign_in_over(settings: Settings) -> SignIn | None:
    """How people sign in to the workspace; None where nobody does. Raises ConfigError."""
    key = _key(settings)
    with _LOCK:
        if key not in _SIGN_INS:
            _SIGN_INS[key] = find_sign_in(settings, start=Path.cwd(), home=Path.home())
        return _SIGN_INS[key]


def services_over(settings: Settings) -> Services:
    """The services over the workspace; raises as `build_services`, and then tries again the next time."""
    signs_in = sign_in_over(settings) is not None
    key = _key(settings)
    with _LOCK:
        if key not in _SERVICES:
            _SERVICES[key] = build_services(settings, signs_in=signs_in, at_screen=True)
        return _SERVICES[key]


def _key(settings: Settings) -> str:
    return settings.model_dump_json()
