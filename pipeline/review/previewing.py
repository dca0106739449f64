"""The learner's view of a module as it stands, drafts and all, for everybody who may read the module.

In: a module's id and who looks. Out: a page. Looking changes nothing and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from pipeline.check.quiz import with_quiz_gates
from pipeline.domain import Rubric
from pipeline.errors import NotAllowedError
from pipeline.export import select
from pipeline.export.preview import preview_page
from pipeline.review.acting import Acting
from pipeline.review.guards import person


class Previewing:
    """Shows the modules of one store as learners would see them."""

    def __init__(self, acting: Acting, *, rubrics: Sequence[Rubric] = ()) -> None:
        self._acting, self._store, self._rubrics = acting, acting.store, rubrics

    def page(self, module_id: str, *, by: str) -> str:
        """The module's page with everything that is not rejected, marked as it is in a package with drafts.

        Raises NotAllowedError for who is no member, UsageError for a module that is not there.
        """
        name = person(by)
        if self._acting.role(name) is None:
            raise NotAllowedError(
                f"a preview of {module_id}",
                why=f"{name} is not a member of this workspace",
                mend="ask a lead to add you",
            )
        module = self._store.modules.load(module_id)
        package = select(
            module, include_drafts=True, picture=self._store.pictures.read,
            documents=self._store.sources.readings(source.id for source in module.sources),
        )
        package = replace(package, module=with_quiz_gates(package.module, self._rubrics))
        # The preview lies one step below the screens.
        return preview_page(package, review=f"../review?module={quote(module_id, safe='')}")
