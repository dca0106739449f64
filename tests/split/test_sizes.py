from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import tokens
from pipeline.split.sizes import GLUE_TOKENS, joined_tokens

words = st.text(
    alphabet=st.one_of(st.sampled_from("ab Z9.,:;!?)]}\"'/-–”’…。、《》é\u0301中文ก็\u0939\u0940🙂\n\t_*#|"), st.characters()),
    min_size=1, max_size=30,
).filter(lambda text: bool(text.strip()) and text.isprintable() is not None)


@settings(max_examples=300, deadline=None)
@given(st.lists(words, min_size=1, max_size=6), st.sampled_from(["\n\n", "\n"]))
def test_joined_texts_have_the_tokens_of_their_whole(texts: list[str], glue: str) -> None:
    assert joined_tokens(texts, tokens.count_each(texts), glue=glue) == tokens.count(glue.join(texts))


def test_a_joint_costs_no_more_than_is_set_aside_for_it() -> None:
    ends = ["a", "1", ".", "?!", ");", "...", "*/", "”", "…)", "。", "—", "'s", "):", "}}}", "__", "##"]
    for end in ends:
        texts = [f"some text{end}", "More text"]
        assert tokens.count("\n\n".join(texts)) - sum(tokens.count_each(texts)) <= GLUE_TOKENS
