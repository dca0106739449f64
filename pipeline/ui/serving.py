"""What the server serves beside the screens, and who may come in: routes and middleware of one application.

In: the settings and the address that the server listens on. Out: the SME's page, previews and deep links below the
server's path, and the door that keeps strangers out while nobody signs in.
"""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute
from streamlit import config as streamlit_config

from pipeline.config import Settings, demand_a_closed_door
from pipeline.ui.deep_links import deep_link_routes
from pipeline.ui.door import Door
from pipeline.ui.fact_sheet.routes import fact_sheet_routes
from pipeline.ui.opened import services_over, sign_in_over
from pipeline.ui.page_files import page_routes
from pipeline.ui.preview import preview_routes, signed_in


def routes(settings: Settings) -> list[BaseRoute]:
    """The pages that are no screens."""
    is_https = (settings.public_url or "").startswith("https:")
    return [
        *fact_sheet_routes(
            lambda: services_over(settings).sheets, prefix=_prefix(), public_url=settings.public_url
        ),
        *deep_link_routes(prefix=_prefix(), is_https=is_https),
        *preview_routes(
            lambda: services_over(settings).previewing, prefix=_prefix(),
            nobody=None if sign_in_over(settings) else lambda: services_over(settings).reviewer,
        ),
        *page_routes(
            lambda: services_over(settings).pages, prefix=_prefix(),
            may_look=lambda request: _is_one_of_us(settings, request),
        ),
    ]


def _is_one_of_us(settings: Settings, request: Request) -> bool:
    """Whether the request comes from a member; from anybody where nobody signs in, whom the door has let in."""
    if sign_in_over(settings) is None:
        return True
    email = signed_in(request)
    return email is not None and services_over(settings).acting.role(email) is not None


def middleware(settings: Settings) -> list[Middleware]:
    """What every request passes; raises ConfigError where the server would let in whoever reaches it."""
    sign_in = sign_in_over(settings)
    address: str | None = streamlit_config.get_option("server.address")
    demand_a_closed_door(settings, address=address, signs_in=sign_in is not None)
    if sign_in is not None:
        # The very file that was found to set up sign-in, wherever Streamlit would have looked.
        streamlit_config.set_option("secrets.files", [str(sign_in.file)])
    if sign_in is not None or settings.without_sign_in:
        return []
    return [Middleware(Door, prefix=_prefix())]


def _prefix() -> str:
    """The path that the server is reached under, such as "/review"; empty for the root."""
    path = str(streamlit_config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
