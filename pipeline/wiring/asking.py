"""The configured engine, opened to be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from pipeline.config import Settings
from pipeline.engines import create_engine
from pipeline.engines.ask import Asker
from pipeline.engines.base import CallStore
from pipeline.engines.files import FilesEngine
from pipeline.errors import ParkedError
from pipeline.library.prompts import load_prompts
from pipeline.wiring.opening import price_of


def opens_asker(settings: Settings, calls: CallStore | None) -> AbstractAsyncContextManager[Asker]:
    """The configured engine, ready to be asked, closed at the end; raises ConfigError and UsageError."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Asker]:
        engine = create_engine(
            settings.engine,
            model=settings.model,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            base_url=settings.base_url,
            timeout_s=settings.timeout_s,
            remember_in=settings.workspace / "endpoints.json" if settings.workspace.is_dir() else None,
            price=price_of(settings),
            mailbox=settings.mailbox,
        )
        # A mailbox is the record of its replies: one that is mended there counts, whatever was read before.
        keeps_own = engine.reads_inputs or isinstance(engine, FilesEngine)
        try:
            yield Asker(engine, prompts=load_prompts(), calls=None if keeps_own else calls)
        except ParkedError as error:
            raise (engine.waiting() if isinstance(engine, FilesEngine) else error) from error
        finally:
            await engine.aclose()

    return opened()
