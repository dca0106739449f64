"""The SME's page served by itself, for a machine that others may reach while the review screen stays closed.

Started by `sme2module review --fact-sheets-only` as an application factory; the workspace is named in the environment.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pipeline.config import load_settings
from pipeline.ui.fact_sheet.routes import fact_sheet_routes
from pipeline.wiring import build_services


def application() -> Starlette:
    """The application over the workspace of the environment; raises where it cannot be opened."""
    settings = load_settings({}, os.environ, start=Path.cwd())
    services = build_services(settings)

    async def health(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    @asynccontextmanager
    async def open_until_the_end(_app: Starlette) -> AsyncIterator[None]:
        yield
        services.close()

    return Starlette(
        routes=[
            *fact_sheet_routes(lambda: services.sheets, public_url=settings.public_url),
            # Where the review screen answers, too, so that one probe fits both.
            Route("/_stcore/health", health, methods=["GET"]),
        ],
        lifespan=open_until_the_end,
    )
