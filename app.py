"""The review screen: page setup, navigation, and the services, built once a workspace.

Started by `sme2module review`, which names the workspace in SME2MODULE_WORKSPACE.
"""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from pipeline.config import Settings, load_settings
from pipeline.ui.pages import show
from pipeline.wiring import Services, build_services


@st.cache_resource(show_spinner=False, hash_funcs={Settings: lambda settings: settings.model_dump_json()})
def services_over(settings: Settings) -> Services:
    """The services over the workspace; every browser session shares them."""
    return build_services(settings)


show(lambda: services_over(load_settings({}, os.environ, start=Path.cwd())))
