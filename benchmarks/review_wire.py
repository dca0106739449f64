"""A reviewer without a browser: speaks to the review server as a browser does, and presses what it was sent.

In: the server's address and a place in a module. Out: what is on the screen, and how much came over the wire.
"""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

_LIMIT_S = 60
_SHOWN = re.compile(r's2m-kicker" data-element="([^"]+)"')
_PICTURE = re.compile(r'src="(page/[^"]+)"')


@dataclass(frozen=True)
class _Button:
    widget: str
    is_off: bool
    fragment: str
    about: str | None = None
    """None: one of Streamlit's own."""
    name: str = ""


@dataclass
class Wire:
    """One session; elements are known by the words on them."""

    address: str
    query: str
    page: str = ""
    shown: str | None = None
    """The element that the screen shows."""
    messages: int = 0
    received: int = 0
    """Bytes, pictures among them."""
    _buttons: dict[str, _Button] = field(default_factory=dict)
    _presses: int = 0
    _fields: dict[str, str] = field(default_factory=dict)
    _typed: dict[str, str] = field(default_factory=dict)
    _toggles: dict[str, bool] = field(default_factory=dict)
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)
    _pictures: set[str] = field(default_factory=set)
    _script: str = ""
    _socket: ClientConnection | None = None

    @classmethod
    def at(cls, address: str, page: str, **query: str) -> Wire:
        """A session that is about to open the page."""
        return cls(address, urlencode(query), page)

    def __enter__(self) -> Self:
        self._socket = connect(
            self.address.replace("http", "ws", 1) + "/_stcore/stream", subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None, proxy=None, open_timeout=_LIMIT_S,
        )
        self._ask(BackMsg())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._socket is not None:
            self._socket.close()

    def type(self, label: str, text: str) -> None:
        """Fills in a field."""
        self._typed[self._fields[label]] = text
        self._ask(BackMsg())

    def press(self, label: str) -> None:
        """Presses a button, which is an error where it is off or not there."""
        button = self._buttons.get(label)
        if button is None or button.is_off:
            raise SystemExit(f"error: {label} cannot be pressed on {self.shown}")
        wish = BackMsg()
        wish.rerun_script.fragment_id = button.fragment
        pressed = wish.rerun_script.widget_states.widgets.add()
        if button.about is None:
            pressed.id, pressed.trigger_value = button.widget, True
        else:
            self._presses += 1
            said = [{"number": self._presses, "about": button.about, "name": button.name}]
            pressed.id = f"$$STREAMLIT_INTERNAL_KEY_{button.widget}__events"
            pressed.json_trigger_value = json.dumps([{"event": "pressed", "value": said}])
        self._ask(wish)

    def _ask(self, wish: BackMsg) -> None:
        assert self._socket is not None
        asked = wish.rerun_script
        asked.query_string, asked.page_script_hash = self.query, self._script
        asked.page_name = "" if self._script else self.page
        asked.cached_message_hashes.extend(self._kept)
        for name, text in self._typed.items():
            held = asked.widget_states.widgets.add()
            held.id, held.string_value = name, text
        for name, is_on in self._toggles.items():
            held = asked.widget_states.widgets.add()
            held.id, held.bool_value = name, is_on
        self._socket.send(wish.SerializeToString())
        while not self._is_done(self._socket.recv(timeout=_LIMIT_S)):
            pass

    def _is_done(self, raw: str | bytes) -> bool:
        assert isinstance(raw, bytes)
        self.messages += 1
        self.received += len(raw)
        said = ForwardMsg.FromString(raw)
        if said.hash and said.metadata.cacheable:
            self._kept[said.hash] = said
        if said.WhichOneof("type") == "ref_hash":
            said = self._kept[said.ref_hash]
        match said.WhichOneof("type"):
            case "delta":
                self._take(said)
            case "page_info_changed":
                self.query = said.page_info_changed.query_string
            case "new_session":
                self._script = said.new_session.page_script_hash
            case "navigation":
                self._script = said.navigation.page_script_hash
            case "script_finished":
                return said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return False

    def _take(self, said: ForwardMsg) -> None:
        if said.delta.WhichOneof("type") != "new_element":
            return
        element = said.delta.new_element
        match element.WhichOneof("type"):
            case "button":
                self._buttons[element.button.label] = _Button(
                    element.button.id, element.button.disabled, said.delta.fragment_id
                )
            case "bidi_component" if element.bidi_component.component_name == "sme2module_buttons":
                data = json.loads(element.bidi_component.json)
                for row in data["rows"]:
                    for one in (one for group in row for one in group["buttons"]):
                        self._buttons[one["label"]] = _Button(
                            element.bidi_component.id, one["is_off"], said.delta.fragment_id, data["about"], one["name"]
                        )
            case "text_input":
                self._fields[element.text_input.label] = element.text_input.id
            case "checkbox":
                self._toggles[element.checkbox.id] = element.checkbox.default
            case "html":
                if found := _SHOWN.search(element.html.body):
                    self.shown = found[1]
                if picture := _PICTURE.search(element.html.body):
                    self._fetch(picture[1])

    def _fetch(self, picture: str) -> None:
        """Once: a browser keeps it."""
        if picture in self._pictures:
            return
        self._pictures.add(picture)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}/{picture}", timeout=_LIMIT_S) as answer:
            self.received += len(answer.read())
