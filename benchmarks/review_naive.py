"""The page that is measured beside ours: every element of the module on one page, each with its button.

Started by Streamlit; the workspace is named in SME2MODULE_WORKSPACE, the module in the address.
"""

from __future__ import annotations

import os

import streamlit as st

from pipeline.config import Settings
from pipeline.wiring import Services, build_services


@st.cache_resource(show_spinner=False)
def _services() -> Services:
    from pathlib import Path

    return build_services(Settings(workspace=Path(os.environ["SME2MODULE_WORKSPACE"])))


def _approve(module_id: str, element_id: str) -> None:
    view = _services().review.element(module_id, element_id)
    _services().review.approve(
        module_id, element_id, revision=view.revision, content_hash=view.content_hash, by="Ann"
    )


def main() -> None:
    """Draws the module."""
    st.set_page_config(layout="wide")
    module_id = st.query_params["module"]
    module = _services().review.module(module_id).module
    for element in module.elements():
        with st.container(border=True):
            st.markdown(f"**{element.kind_name} {element.id}** is {element.status.value}")
            content = element.content()
            text = next(str(content[name]) for name in ("stem", "markdown", "text", "title") if content.get(name))
            st.text(text)
            for proof in element.all_evidence[:1]:
                st.caption(proof.quote.replace("$", r"\$"))
            st.button("Approve", key=element.id, on_click=_approve, args=(module_id, element.id))


main()
