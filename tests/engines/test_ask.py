"""Asking: what is accepted, what is asked again and how, what is stored, and when it is given up."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from pipeline.domain import Usage
from pipeline.engines.ask import Answer, Asker, UnusableReplyError
from pipeline.engines.base import Completion, Request
from pipeline.engines.scripted import ScriptedEngine
from pipeline.engines.tasks import BRIEF, BriefReply
from pipeline.errors import PromptError, RateLimitError, ReplyError, UnavailableError
from pipeline.library.prompts import Prompt, PromptShelf, load_prompts
from tests.engines.questions import DictStore, a_brief_reply, brief_inputs

GOOD = a_brief_reply()
TITLE_MISSING = {key: value for key, value in GOOD.dump().items() if key != "title"}


def ask(asker: Asker, **options: Any) -> Answer[BriefReply]:
    return asyncio.run(asker.ask(BRIEF, brief_inputs(), **options))


def an_asker(*replies: Any, **options: Any) -> tuple[Asker, ScriptedEngine]:
    engine = ScriptedEngine(replies, reads_inputs=options.pop("reads_inputs", False))
    return Asker(engine, prompts=load_prompts(), **options), engine


def refused(asker: Asker, **options: Any) -> UnusableReplyError:
    with pytest.raises(UnusableReplyError) as caught:
        ask(asker, **options)
    return caught.value


def test_a_good_reply_is_answered_with_the_version_of_its_prompt() -> None:
    asker, engine = an_asker(GOOD)
    answer = ask(asker)
    assert answer.reply == GOOD
    assert answer.prompt_version == load_prompts().get("brief").version == asker.prompt_versions()["brief"]
    assert not answer.from_store
    assert answer.problems_met == ()
    (request,) = engine.requests
    assert [message.role for message in request.messages] == ["system", "user"]
    assert request.schema["required"] == list(BriefReply.model_fields)
    assert request.max_output_tokens == BRIEF.max_output_tokens


@pytest.mark.parametrize(
    ("bad", "code", "reason"),
    [
        ("Here is your brief.", "not_json", "no JSON object"),
        (TITLE_MISSING, "off_schema", "title: Field required"),
        ({**GOOD.dump(), "extra": 1}, "off_schema", "extra: unknown field"),
        ({**GOOD.dump(), "verdict": "maybe"}, "off_schema", "verdict"),
        ("   ", "empty", "empty"),
    ],
)
def test_an_unusable_reply_is_asked_again_with_the_reason(bad: Any, code: str, reason: str) -> None:
    asker, engine = an_asker(bad, GOOD)
    answer = ask(asker)
    assert answer.reply == GOOD
    assert reason in answer.problems_met[0]
    first, second = engine.requests
    assert second.messages[0] == first.messages[0], "the cacheable part stays as it is"
    assert reason in second.messages[-1].content
    if code != "empty":
        assert second.messages[:2] == first.messages
        assert [message.role for message in second.messages] == ["system", "user", "assistant", "user"]
        assert second.messages[2].content == (bad if isinstance(bad, str) else json.dumps(bad, ensure_ascii=False))

    asker, engine = an_asker(bad, bad, bad)
    error = refused(asker)
    assert error.code == code
    assert reason in error.why
    assert "3 attempts" in error.why
    assert len(engine.requests) == 3
    assert len(error.problems) == 3


def test_a_reply_that_is_not_json_is_asked_again_with_the_schema() -> None:
    asker, engine = an_asker("no", GOOD)
    ask(asker)
    assert json.dumps(engine.requests[0].schema) in engine.requests[1].messages[-1].content


def test_only_the_last_bad_reply_is_shown_again() -> None:
    asker, engine = an_asker("first try", "second try", GOOD)
    ask(asker)
    told = " ".join(message.content for message in engine.requests[2].messages)
    assert "second try" in told
    assert "first try" not in told


def test_what_the_caller_rejects_is_asked_again_with_its_words() -> None:
    asker, engine = an_asker(a_brief_reply(title="Introduction"), GOOD)

    def accept(reply: BriefReply) -> list[str]:
        return ["the title names no task"] if reply.title == "Introduction" else []

    assert ask(asker, accept=accept).reply == GOOD
    assert "the title names no task" in engine.requests[1].messages[-1].content


def test_what_the_caller_always_rejects_is_a_reply_error_and_never_a_stand_in() -> None:
    asker, _ = an_asker(GOOD, GOOD)
    asker = Asker(asker.engine, prompts=load_prompts(), attempts=2)
    error = refused(asker, accept=lambda _: ["no", "and no again"])
    assert isinstance(error, ReplyError)
    assert error.code == "rejected"
    assert error.why == "no; and no again (2 attempts)"
    assert error.exit_code == 3


CUT = Completion(text='{"title": "Lock', finish_reason="length", usage=Usage(calls=1, output_tokens=9))


def test_a_reply_cut_off_is_asked_for_shorter_and_with_more_room_each_time() -> None:
    asker, engine = an_asker(CUT, CUT, GOOD)
    assert ask(asker).reply == GOOD
    first, second, third = engine.requests
    assert [one.max_output_tokens // first.max_output_tokens for one in (second, third)] == [2, 4]
    assert "shorter" in second.messages[-1].content
    assert second.messages == third.messages, "the cut reply is not shown, and the demand is made once"
    assert [message.role for message in second.messages] == ["system", "user"]


def test_a_reply_cut_off_three_times_is_given_up_as_that_with_what_it_cost() -> None:
    asker, engine = an_asker(CUT, CUT, CUT, GOOD)
    error = refused(asker)
    assert error.code == "truncated"
    assert "3 attempts" in error.why
    assert error.usage == Usage(calls=3, output_tokens=27)
    assert len(engine.requests) == 3


def test_three_cut_replies_are_enough_however_many_attempts_there_are() -> None:
    asker, engine = an_asker(CUT, "no", CUT, CUT, GOOD, attempts=9)
    assert refused(asker).code == "truncated"
    assert len(engine.requests) == 4


def test_room_that_was_given_is_kept_when_another_reason_to_ask_again_follows() -> None:
    asker, engine = an_asker(CUT, "no", GOOD)
    ask(asker)
    first, _, third = engine.requests
    assert third.max_output_tokens == 2 * first.max_output_tokens


NO_ROOM = UnavailableError("endpoint", why="max_tokens is too large", mend="-", code="bad_request")


def test_where_the_endpoint_refuses_more_room_the_reply_is_asked_for_again_in_what_it_grants() -> None:
    asker, engine = an_asker(CUT, NO_ROOM, GOOD)
    assert ask(asker).reply == GOOD
    first, _, third = engine.requests
    assert third.max_output_tokens == first.max_output_tokens
    assert "shorter" in third.messages[-1].content

    asker, engine = an_asker(CUT, CUT, NO_ROOM, GOOD)
    assert ask(asker).reply == GOOD
    first, second, third, fourth = engine.requests
    assert fourth.max_output_tokens == second.max_output_tokens == 2 * first.max_output_tokens


def test_the_same_room_three_times_over_is_hopeless() -> None:
    asker, engine = an_asker(CUT, NO_ROOM, CUT, CUT, GOOD)
    error = refused(asker)
    assert error.code == "truncated"
    rooms = [request.max_output_tokens for request in engine.requests]
    assert rooms == [rooms[0], 2 * rooms[0], rooms[0], rooms[0]], "room that was refused is not asked for again"


def test_an_endpoint_that_refuses_the_question_in_the_room_it_granted_before_ends_the_asking() -> None:
    asker, engine = an_asker(CUT, NO_ROOM, NO_ROOM, GOOD)
    error = refused(asker)
    assert error.code == "truncated"
    assert error.__cause__ is NO_ROOM
    assert len(engine.requests) == 3


def test_a_cut_reply_that_was_paid_for_is_not_asked_for_again_after_a_crash() -> None:
    store = DictStore()
    asker, _ = an_asker(CUT, NO_ROOM, CUT, UnavailableError("e", why="w", mend="m"), calls=store)
    with pytest.raises(UnavailableError):
        ask(asker)
    asker, engine = an_asker(NO_ROOM, GOOD, calls=store, rounds=1)
    answer = ask(asker)
    assert answer.reply == GOOD
    assert answer.problems_met == ("the reply was cut off at its length limit",) * 2
    assert len(engine.requests) == 2, "the room is tried again, which costs nothing, and then what is still missing"


@pytest.mark.parametrize("reason", ["refusal", "content_filter"])
def test_a_refusal_is_not_argued_with(reason: str) -> None:
    asker, engine = an_asker(Completion(text="I can't help with that.", finish_reason=reason))
    error = refused(asker)
    assert error.code == "refused"
    assert "I can't help" in error.why
    assert len(engine.requests) == 1


def test_troubles_of_the_service_pass_through() -> None:
    for trouble in (
        UnavailableError("e", why="w", mend="m", code="timeout"),
        RateLimitError("e", why="w", mend="m", code="quota"),
    ):
        asker, _ = an_asker(trouble)
        with pytest.raises(type(trouble)) as caught:
            ask(asker)
        assert caught.value is trouble


def test_usage_is_that_of_all_attempts() -> None:
    first = Completion(text="no", usage=Usage(calls=1, input_tokens=10, output_tokens=1, usd=0.5))
    second = Completion(text=GOOD.model_dump_json(), usage=Usage(calls=1, input_tokens=20, output_tokens=2, usd=0.25))
    asker, _ = an_asker(first, second)
    assert ask(asker).usage == Usage(calls=2, input_tokens=30, output_tokens=3, usd=0.75)
    asker, _ = an_asker(first, first, first)
    assert refused(asker).usage == Usage(calls=3, input_tokens=30, output_tokens=3, usd=1.5)


def test_a_reply_already_paid_for_is_never_asked_again() -> None:
    store = DictStore()
    asker, engine = an_asker("not yet", GOOD, calls=store)
    first = ask(asker)
    second = ask(asker)
    assert len(engine.requests) == 2
    assert second.from_store
    assert not first.from_store
    assert second.reply == first.reply
    assert second.usage == first.usage, "a module drafted from stored replies equals the one they were made for"


def test_a_bad_reply_is_kept_too_since_it_was_paid_for() -> None:
    store = DictStore()
    asker, _ = an_asker("no", TITLE_MISSING, Completion(text="{", finish_reason="length"), calls=store)
    refused(asker)
    assert [kept.text for kept in store.kept.values()][::2] == ["no", "{"]


def test_a_crash_between_two_attempts_costs_neither_again() -> None:
    store = DictStore()
    asker, _ = an_asker("no", UnavailableError("e", why="w", mend="m"), calls=store)
    with pytest.raises(UnavailableError):
        ask(asker)
    asker, engine = an_asker(GOOD, calls=store, rounds=1)
    answer = ask(asker)
    assert answer.reply == GOOD
    assert len(engine.requests) == 1
    assert not answer.from_store


def test_what_was_given_up_is_given_up_again_without_a_call_in_the_same_round() -> None:
    store = DictStore()
    asker, _ = an_asker("no", "no", "no", calls=store)
    first = refused(asker)
    asker, engine = an_asker(calls=store, rounds=1)
    again = refused(asker)
    assert engine.requests == []
    assert (again.code, again.why, again.usage) == (first.code, first.why, first.usage)


@pytest.mark.parametrize(
    ("replies", "asked_a_round"),
    [
        (["no"] * 9, 3),
        ([Completion(text="{", finish_reason="length")] * 9, 3),
        ([Completion(text="I can't help with that.", finish_reason="refusal")] * 3, 1),
    ],
)
def test_every_further_round_asks_as_often_again_however_often_it_is_interrupted(
    replies: list[Completion | str], asked_a_round: int
) -> None:
    store = DictStore()
    for rounds in (1, 2, 3):
        asker, engine = an_asker(*replies[:asked_a_round], calls=store, rounds=rounds)
        refused(asker)
        assert len(engine.requests) == asked_a_round
        asker, engine = an_asker(calls=store, rounds=rounds)
        refused(asker)
        assert engine.requests == []
    one_at_a_time = DictStore()
    for reply in replies[: 2 * asked_a_round - 1]:
        asker, _ = an_asker(reply, UnavailableError("e", why="w", mend="m"), calls=one_at_a_time, rounds=2)
        with pytest.raises(UnavailableError):
            ask(asker)
    asker, _ = an_asker(replies[0], calls=one_at_a_time, rounds=2)
    refused(asker)


def test_a_second_run_asks_anew_where_the_first_gave_up() -> None:
    store = DictStore()
    asker, _ = an_asker("no", "never", "nothing", calls=store)
    refused(asker)
    asker, engine = an_asker(GOOD, calls=store)
    assert ask(asker).reply == GOOD
    assert len(engine.requests) == 1


def test_a_regeneration_is_never_served_from_the_store() -> None:
    store = DictStore()
    other = a_brief_reply(title="Another title")
    asker, engine = an_asker(GOOD, other, calls=store)
    assert ask(asker).reply == GOOD
    assert ask(asker, variant=1).reply == other
    assert len(engine.requests) == 2


def test_a_stored_reply_that_no_longer_passes_is_asked_again_and_the_new_one_stored() -> None:
    store = DictStore()
    better = a_brief_reply(title="Isolate the sealer")
    asker, engine = an_asker(GOOD, better, calls=store)
    ask(asker)

    def stricter(reply: BriefReply) -> list[str]:
        return [] if reply.title.startswith("Isolate") else ["the title must start with its verb"]

    assert ask(asker, accept=stricter).reply == better
    assert ask(asker, accept=stricter).from_store
    assert len(engine.requests) == 2


def test_the_same_question_asked_twice_at_once_is_paid_once() -> None:
    class Slow(ScriptedEngine):
        async def complete(self, request: Request) -> Completion:
            await asyncio.sleep(0)  # lets the other question have its turn
            return await super().complete(request)

    engine = Slow([GOOD, GOOD])
    asker = Asker(engine, prompts=load_prompts(), calls=DictStore())

    async def twice() -> list[Answer[BriefReply]]:
        return await asyncio.gather(*(asker.ask(BRIEF, brief_inputs()) for _ in range(2)))

    first, second = asyncio.run(twice())
    assert first.reply == second.reply
    assert len(engine.requests) == 1


def test_an_engine_that_reads_inputs_gets_no_messages_and_is_asked_once() -> None:
    store = DictStore()
    asker, engine = an_asker(GOOD, reads_inputs=True, calls=store)
    answer = ask(asker)
    assert answer.reply == GOOD
    assert engine.requests[0].messages == ()
    assert engine.requests[0].inputs == brief_inputs()
    assert asker.prompt_versions() == {}
    assert store.kept == {}
    asker, engine = an_asker("no", reads_inputs=True)
    assert refused(asker).code == "not_json"
    assert len(engine.requests) == 1


def test_a_prompt_for_another_reply_is_refused() -> None:
    prompt = Prompt(id="brief", version="1.1", reply="ItemsReply", system="s", user="u", inputs=())
    with pytest.raises(PromptError, match="ItemsReply"):
        ask(Asker(ScriptedEngine([GOOD]), prompts=PromptShelf({"brief": prompt})))


def test_a_slot_that_the_inputs_cannot_fill_is_refused() -> None:
    prompt = Prompt(id="brief", version="1.1", reply="BriefReply", system="s", user="{{lesson}}", inputs=("lesson",))
    with pytest.raises(PromptError, match="lesson"):
        ask(Asker(ScriptedEngine([GOOD]), prompts=PromptShelf({"brief": prompt})))
