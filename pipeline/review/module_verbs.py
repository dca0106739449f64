"""What a person decides about a module as a whole: brief, verdict on the format, what is left out, settings."""

from __future__ import annotations

from pipeline.domain import Brief, Channel, ModuleSettings, Overruling, Suitability
from pipeline.errors import ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.changes import Changes
from pipeline.review.guards import demanded_reason
from pipeline.review.permissions import Verb
from pipeline.review.settings_given import merged
from pipeline.store.frames import Frame


class ModuleVerbs:
    """The verbs about a module as a whole, for `ReviewService`."""

    acting: Acting
    _changes: Changes

    def confirm_brief(self, module_id: str, brief: Brief, *, by: str, channel: Channel = Channel.APP) -> Brief:
        """Saves the brief as confirmed in every field (`proposed` is emptied) and re-checks the module."""
        doing = f"confirming the brief of {module_id}"
        act = self.acting.act(by, Verb.ORDER, doing, channel=channel)
        for name in ("audience", "performance_goal"):
            if not str(getattr(brief, name)).strip():
                raise ReviewError(doing, why=f"{name.replace('_', ' ')} is empty", mend="fill it in")
        confirmed = brief.changed(proposed=())
        return self._changes.change_frame(module_id, lambda frame: frame.changed(brief=confirmed), act=act).brief

    def overrule_suitability(
        self, module_id: str, *, reason: str, by: str, channel: Channel = Channel.APP
    ) -> Suitability:
        """Records that a person decided against the verdict, and why."""
        doing = f"overruling the verdict on {module_id}"
        act = self.acting.act(by, Verb.ORDER, doing, channel=channel)
        overruling = Overruling(by=act.by, reason=demanded_reason(reason, doing))
        return self._changes.change_frame(
            module_id,
            lambda frame: frame.changed(suitability=frame.suitability.changed(overruled=overruling)),
            act=act,
        ).suitability

    def sign_omission(
        self, module_id: str, source: str, block: str, *, by: str, note: str | None = None,
        channel: Channel = Channel.APP,
    ) -> None:
        """Records that a person agrees that the block is not taught; raises UsageError where it is taught."""
        act = self.acting.act(by, Verb.ORDER, f"signing an omission of {module_id}", channel=channel)

        def signed(frame: Frame) -> Frame:
            if not any((one.source, one.block) == (source, block) for one in frame.omissions):
                raise UsageError(
                    f"block {block} of {source}", why=f"{module_id} does not leave it out",
                    mend="see `omissions` of: sme2module show ID --json",
                )
            return frame.changed(
                omissions=tuple(
                    one.changed(signed_by=act.by, note=note if note is not None else one.note)
                    if (one.source, one.block) == (source, block)
                    else one
                    for one in frame.omissions
                )
            )

        self._changes.change_frame(module_id, signed, act=act)

    def may_change_settings(self, by: str) -> bool:
        """Whether the person may change settings, for forms; the change itself asks again."""
        return self.acting.may(by, Verb.ORDER)

    def change_settings(
        self,
        module_id: str,
        settings: ModuleSettings,
        *,
        by: str,
        based_on: ModuleSettings | None = None,
        channel: Channel = Channel.APP,
    ) -> ModuleSettings:
        """Saves how the module is taken and who looks after it, and re-checks the module; the settings as they are now.

        With `based_on`, the settings that the person saw, only what differs from them is saved, so that what somebody
        else has set meanwhile stays. Raises ReviewError (code "changed") where both set the same to something else.
        """
        doing = f"changing the settings of {module_id}"
        act = self.acting.act(by, Verb.ORDER, doing, channel=channel)

        def changed(frame: Frame) -> Frame:
            wanted = settings if based_on is None else merged(frame.settings, settings, based_on=based_on, doing=doing)
            return frame.changed(settings=wanted)

        return self._changes.change_frame(module_id, changed, act=act).settings
