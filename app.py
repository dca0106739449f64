"""The review screen: the application that `streamlit run app.py` serves, and the script that draws its pages.

Started by `sme2module review`, which names the workspace in SME2MODULE_WORKSPACE. The server imports this file for the
application; every browser session runs it as a script.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import streamlit as st

from pipeline.config import Settings, load_settings
from pipeline.errors import Sme2ModuleError


def _settings() -> Settings:
    return load_settings({}, os.environ, start=Path.cwd())


if __name__ == "__main__":
    from pipeline.ui.opened import services_over, sign_in_over
    from pipeline.ui.pages import show

    show(lambda: services_over(_settings()), sign_in=lambda: sign_in_over(_settings()))
else:
    from pipeline.ui.serving import middleware, routes

    # Python would look for cycles after every 700 new objects, some thousand times while ten reviewers sit down, with
    # pauses of .1–.2 s for all of them: an eighth of the server's processor time. What a run leaves behind has few.
    gc.set_threshold(20_000, 20, 50)
    try:
        app = st.App(Path(__file__), routes=routes(_settings()), middleware=middleware(_settings()))
    except Sme2ModuleError as error:
        sys.exit(f"error: {error.line}")
