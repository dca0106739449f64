"""Release on the overview: what stands in the way, the question before it is frozen, and the releases there are."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from pipeline.domain import Manifest, Release, Status
from pipeline.errors import Sme2ModuleError
from pipeline.review.release import file_name
from pipeline.review.releasing import Readiness
from pipeline.review.signoff import outstanding
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import draw, el
from pipeline.ui.overview.lacking import draw_lacking, draw_passing, forget_passed, passed
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import KIND, KIND_PLURAL, counted, moment

_STATE = {"released": "In use", "deprecated": "Deprecated", "retired": "Retired"}
_OFFERED = ("scorm12", "html")
"""Formats at hand beside a release; all others are under Export."""


def draw_release(view: ModuleView, frame: Frame) -> None:
    """What is missing, the button for who may release, and the list of releases."""
    releasing, by = frame.services.releasing, state.session().reviewer
    with st.container(border=True, key="release"):
        draw(el("h2", "Release"))
        releases = releasing.of(view.module.id)
        _draw_sign_off(view, frame, by, number=len(releases) + 1)
        failed = state.widget(f"release-failed:{view.module.id}")
        if failed:
            draw(el("p", str(failed), class_="s2m-notice s2m-problem", role="alert"))
        if releases:
            _draw_releases(releases, view, frame, by)
        else:
            draw(el("p", "No release yet.", class_="s2m-where"))


def _draw_sign_off(view: ModuleView, frame: Frame, by: str, *, number: int) -> None:
    readiness, may = frame.services.releasing.readiness(view.module.id), frame.services.releasing.may(by)
    reasons = passed(view.module.id, readiness.missing) if may else {}
    left = outstanding(readiness.missing, reasons)
    if left:
        draw_lacking(left, view, frame)
    elif readiness.released_as is not None:
        # What is let pass now is nothing any more: the module is as the release has it.
        draw(el("p", f"Release {readiness.released_as} holds exactly what is approved. Nothing is left to release."))
        return
    else:
        draw(el("p", f"Nothing stands in the way of release {number}. {_going(view, readiness, reasons)}"))
    if not may:
        draw(el("p", "A lead releases.", class_="s2m-where"))
        return
    draw_passing(left, reasons, view)
    _draw_button(view, frame, readiness, reasons, number=number, is_ready=not left)


def _going(view: ModuleView, readiness: Readiness, reasons: Mapping[str, str]) -> str:
    out = sum(one.status is Status.APPROVED or one.id in reasons for one in view.module.elements())
    without = out - readiness.approved
    said = f"{counted(out, 'element')} {'goes' if out == 1 else 'go'} out"
    said += f", {without:,} of them not approved and let pass" if without > 0 else ""
    return f"{said}; {readiness.rejected:,} rejected are left out." if readiness.rejected else f"{said}."


def _draw_button(
    view: ModuleView, frame: Frame, readiness: Readiness, reasons: Mapping[str, str], *, number: int, is_ready: bool
) -> None:
    module_id = view.module.id
    asked = f"release-asked:{module_id}"
    if not is_ready:
        state.forget_widget(asked)
    if state.widget(asked) is None:
        if is_ready:
            st.text_input(
                "Note for the release (optional)", key=f"release-note:{module_id}",
                help="What it is or why it is made; it goes into the manifest",
            )
        st.button(
            "Release …", type="primary", key="release-ask", disabled=not is_ready, on_click=_ask,
            args=(module_id, readiness.standing),
            help=None if is_ready else "What stands in the way comes first",
        )
        return
    note, standing = state.widget(asked)
    draw(
        el(
            "p", f"Freeze release {number} now? {_going(view, readiness, reasons)} A release is never changed again.",
            role="alert",
        ),
        *([el("p", f"Note: {note}")] if note else []),
    )
    with st.container(horizontal=True):
        st.button(
            f"Freeze release {number}", type="primary", key="release-now", on_click=_release,
            args=(module_id, dict(reasons), note, standing, frame),
        )
        st.button("Not yet", key="release-not", on_click=_step_back, args=(module_id, note))


def _ask(module_id: str, standing: str) -> None:
    state.forget_widget(f"release-failed:{module_id}")
    note = " ".join(str(state.widget(f"release-note:{module_id}") or "").split())
    state.set_widget(f"release-asked:{module_id}", (note, standing))


def _step_back(module_id: str, note: str) -> None:
    state.forget_widget(f"release-asked:{module_id}")
    state.set_widget(f"release-note:{module_id}", note)


def _release(module_id: str, reasons: Mapping[str, str], note: str, standing: str, frame: Frame) -> None:
    _step_back(module_id, note)
    try:
        signed = frame.services.releasing.release(
            module_id, by=state.session().reviewer, waived=reasons, note=note, standing=standing
        )
    except Sme2ModuleError as error:
        state.set_widget(f"release-failed:{module_id}", error.line)
        return
    forget_passed(module_id)
    state.forget_widget(f"release-note:{module_id}")
    number = signed.release.number
    if signed.is_new:
        state.say("done", f"Release {number} made")
    else:
        kept = " The note was not kept: a release that is made is not changed." if note else ""
        state.say("hint", f"Release {number} holds exactly this already.{kept}")


def _draw_releases(releases: Sequence[Release], view: ModuleView, frame: Frame, by: str) -> None:
    last = next((one for one in reversed(releases) if one.state == "released"), releases[-1])
    _draw_one(last, view, frame, by)
    others = [one for one in reversed(releases) if one is not last]
    if others:
        draw(el("p", "Other releases:"), el("ul", *(el("li", el("strong", _name(one)), _about(one)) for one in others)))
    in_use = [one.number for one in releases if one.state != "retired"]
    if not in_use or not frame.services.releasing.may(by):
        return
    with st.expander("Take a release out of use"):
        number = st.selectbox("Release", in_use[::-1], key="release-number")
        left, right = st.columns(2)
        is_deprecated = any(one.number == number and one.state == "deprecated" for one in releases)
        left.button(
            "Deprecate", key="deprecate", disabled=is_deprecated, on_click=_move,
            args=(view.module.id, number, frame, by), kwargs={"is_final": False},
            help="Not for new learners any more; it can still be exported",
        )
        right.button(
            "Retire", key="retire", on_click=_move, args=(view.module.id, number, frame, by),
            kwargs={"is_final": True}, help="It can be looked at and not exported any more",
        )


def _draw_one(release: Release, view: ModuleView, frame: Frame, by: str) -> None:
    """What the release holds, and its packages."""
    manifest = frame.services.releasing.manifest(view.module.id, release.number)
    draw(el("h3", _name(release)), el("p", _about(release).removeprefix(" · "), class_="s2m-where"))
    draw(
        *([el("p", f"“{manifest.note}”")] if manifest.note else []),
        el("ul", *(el("li", line) for line in _held(manifest))),
    )
    if release.state == "retired" or not frame.services.exporting.may(by):
        return
    formats = {one.name: one for one in frame.services.exporting.formats()}
    with st.container(horizontal=True):
        for name in _OFFERED:
            exporter = formats[name]
            st.download_button(
                exporter.label, file_name=file_name(view.module, exporter, release=release.number),
                # Written when it is asked for: a package of a large module takes seconds.
                data=functools.partial(_package, frame, view.module.id, name, release.number, by),
                mime=exporter.media_type, on_click="ignore", key=f"release-{name}:{release.number}",
            )
        st.download_button(
            "Manifest", data=manifest.text.encode(), file_name=f"{view.module.id}-r{release.number}-release.json",
            mime="application/json", on_click="ignore", key=f"release-manifest:{release.number}",
            help="Who approved what and when, and what was behind it",
        )
    draw(el("p", "Every other format is under Export.", class_="s2m-where"))


def _held(manifest: Manifest) -> list[str]:
    kinds = Counter(one.kind for one in manifest.elements)
    parts = [
        counted(number, KIND.get(kind, kind).lower(), KIND_PLURAL.get(kind, f"{kind}s").lower())
        for kind, number in kinds.items()
    ]
    waived = [one for one in manifest.elements if one.waived is not None]
    lines = [f"{counted(len(manifest.elements), 'element')}: {', '.join(parts)}"]
    if waived:
        reasons = "; ".join(dict.fromkeys(one.waived or "" for one in waived))
        lines.append(f"{counted(len(waived), 'element')} let pass: {reasons}")
    if manifest.rejected:
        lines.append(f"{counted(len(manifest.rejected), 'rejected element')} left out")
    lines.append(f"From {', '.join(dict.fromkeys(one.path for one in manifest.sources))}")
    return lines


def _package(frame: Frame, module: str, chosen: str, release: int, by: str) -> bytes:
    _name, content = frame.services.exporting.export(
        module, format=chosen, include_drafts=False, by=by, release=release
    )
    return content


def _name(release: Release) -> str:
    return f"Release {release.number}"


def _about(release: Release) -> str:
    held = counted(len(release.revisions), "element")
    return f" · {_STATE[release.state]} · {held} · {release.by}, {moment(release.at)}"


def _move(module_id: str, number: int, frame: Frame, by: str, *, is_final: bool) -> None:
    releasing = frame.services.releasing
    try:
        if is_final:
            releasing.retire(module_id, number, by=by)
        else:
            releasing.deprecate(module_id, number, by=by)
    except Sme2ModuleError as error:
        state.say("problem", error.line)
        return
    state.say("done", f"Release {number} is {'retired' if is_final else 'deprecated'}")
