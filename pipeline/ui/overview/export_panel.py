"""The way out: a package of a release, of the approved elements, or of everything, marked."""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st

from pipeline.domain import Release
from pipeline.export import Loss
from pipeline.export.lms_notes import is_for_lms
from pipeline.export.settings_sheet import SUFFIX
from pipeline.review.release import file_name
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import counted

_AS_IT_STANDS = "As it stands"
_MOST_LOSSES = 8


def draw_export(view: ModuleView, frame: Frame) -> None:
    """Which release or what stands, format, what goes in, and the download."""
    formats = {one.name: one for one in frame.services.exporting.formats()}
    progress = view.card.progress
    by = state.session().reviewer
    with st.container(border=True, key="export"):
        draw(el("h2", "Export"))
        if not frame.services.exporting.may(by):
            draw(el("p", "Designers and leads export modules.", class_="s2m-where"))
            return
        release = _chosen_release(frame.services.releasing.of(view.module.id))
        chosen = st.selectbox(
            "Format",
            list(formats),
            index=list(formats).index("scorm12") if "scorm12" in formats else 0,
            format_func=lambda name: formats[name].label,
            key="export-format",
        )
        exporter = formats[chosen]
        draw(el("p", exporter.help, class_="s2m-where"))
        with_drafts = False
        if release is None:
            with_drafts = st.toggle("Include what is not approved, marked on every page", key="export-drafts")
            if not progress.approved and not with_drafts:
                said = "Nothing is approved yet. Approve elements first, or include drafts."
                draw(el("p", said, class_="s2m-notice s2m-hint"))
                return
            left_out = progress.total - progress.approved
            every = with_drafts or not left_out
            words = "All elements go in." if every else f"{counted(left_out, 'element')} left out."
            draw(el("p", f"{counted(progress.approved, 'element')} approved. {words}"))
        else:
            draw(el("p", f"Exactly what was signed off, {counted(len(release.revisions), 'element')}."))
        number = release.number if release else None
        _draw_losses(
            frame.services.exporting.losses(
                view.module.id, format_name=chosen, include_drafts=with_drafts, release=number
            )
        )
        st.download_button(
            "Download",
            # Written when it is asked for: a package of a large module takes seconds.
            data=functools.partial(_package, frame, view.module.id, chosen, number, with_drafts=with_drafts, by=by),
            file_name=file_name(view.module, exporter, release=number),
            mime=exporter.media_type,
            on_click="ignore",
            type="primary",
            key=f"download:{chosen}:{with_drafts}:{number}",
        )
        if is_for_lms(chosen):
            st.download_button(
                "Settings sheet",
                data=functools.partial(_sheet, frame, view.module.id, chosen, number, with_drafts=with_drafts, by=by),
                file_name=f"{Path(file_name(view.module, exporter, release=number)).stem}{SUFFIX}",
                mime="text/html",
                on_click="ignore",
                help="For whoever uploads the package: title, duration, pass mark, sources, and notes for each LMS.",
                key=f"sheet:{chosen}:{with_drafts}:{number}",
            )


def _draw_losses(losses: tuple[Loss, ...]) -> None:
    """What the format does not carry, before anybody takes it away."""
    if not losses:
        return
    left_out = sum(loss.is_left_out for loss in losses)
    head = "What this format does not carry" + (f": {counted(left_out, 'element')} left out" if left_out else "")
    lines = [el("li", f"{loss.what}.") for loss in losses[:_MOST_LOSSES]]
    if len(losses) > _MOST_LOSSES:
        lines.append(el("li", f"and {len(losses) - _MOST_LOSSES} more, which the command line lists in full."))
    draw(el("p", el("strong", head)), el("ul", *lines, class_="s2m-where"))


def _chosen_release(releases: tuple[Release, ...]) -> Release | None:
    """The release to export; None for the elements as they stand, also where there is no release to choose."""
    usable = {one.number: one for one in reversed(releases) if one.state != "retired"}
    if not usable:
        return None

    def named(number: int) -> str:
        if number == 0:
            return _AS_IT_STANDS
        deprecated = " (deprecated)" if usable[number].state == "deprecated" else ""
        return f"Release {number}{deprecated}"

    chosen = st.selectbox("What goes out", [*usable, 0], format_func=named, key="export-release")
    return usable.get(chosen)


def _sheet(
    frame: Frame, module: str, chosen: str, release: int | None, *, with_drafts: bool, by: str
) -> bytes:
    made = frame.services.exporting.settings_sheet(
        module, format_name=chosen, include_drafts=with_drafts, by=by, release=release
    )
    assert made is not None
    return made[1]


def _package(
    frame: Frame, module: str, chosen: str, release: int | None, *, with_drafts: bool, by: str
) -> bytes:
    _name, content = frame.services.exporting.export(
        module, format=chosen, include_drafts=with_drafts, by=by, release=release
    )
    return content
