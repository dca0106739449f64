"""Flaws planted in quiz items: the nineteen of item writing, and what makes an item invalid."""

from __future__ import annotations

from random import Random

from pipeline.domain import BloomLevel, ItemType, QuizItem
from pipeline.evaluate.seeded_planting import (
    ItemChange,
    Planting,
    Plantings,
    asked,
    changed,
    changed_option,
    distractor_says,
    in_distractor,
    in_item,
    in_key,
)

_LOWEST = BloomLevel.REMEMBER
_GENERAL = (
    "Hydrogen is a light gas.", "Paper is one of the oldest inventions of mankind.", "Hotels are used by many people.",
    "Vaccines are important.", "Batteries are heavy.",
)
_LONG = (
    "On the day in question the team had met at nine, had gone through the plan of the week, had counted what was left "
    "in the store, had rung two suppliers and had written to a third, after which the head of the team left for a "
    "meeting in the main house, from which she returned at noon with a list of changes for the weeks to come."
)


def _stem(*patterns: str) -> Planting:
    """The stem reads like one of the patterns; "{}" is its last sentence, "{low}" the same with a small letter."""

    def change(item: QuizItem, chance: Random) -> QuizItem:
        last = item.stem.replace("? ", "?|").replace(". ", ".|").split("|")[-1]
        stem = chance.choice(patterns).replace("{low}", last[:1].lower() + last[1:]).replace("{}", last)
        return changed(item, stem=stem)

    return in_item(change)


def _key_echoes(item: QuizItem, chance: Random) -> QuizItem:
    word, key = chance.choice((("seal", "the seal"), ("binder", "a binder"), ("warehouse", "the warehouse")))
    options = tuple(
        changed_option(one, text=f"{one.text} near {key}" if one.correct else one.text) for one in item.options
    )
    return changed(item, stem=f"{item.stem.rstrip('?')}, where the {word} is?", options=options)


def _key_runs_on(item: QuizItem, chance: Random) -> QuizItem:
    tail = chance.choice((
        ", because this is what the rule says and what protects everybody who comes after you",
        " in the way that was described, and with the care that the matter needs at any time",
        ", which takes a moment longer but is the one way that has been agreed upon with everybody",
    ))
    options = tuple(changed_option(one, text=one.text + tail) if one.correct else one for one in item.options)
    return changed(item, options=options)


def _all_of_a_kind(text: str, correct: bool) -> ItemChange:
    """One more option, with that text."""

    def change(item: QuizItem, chance: Random) -> QuizItem:
        last = item.options[-1]
        more = changed_option(
            last, id=f"opt-{len(item.options) + 1}", text=text, correct=correct, misconception="takes them together",
            feedback="You would take things together that differ, because each stands for a case of its own.",
        )
        options = tuple(changed_option(one, correct=one.correct and not correct) for one in item.options)
        return changed(item, options=(*options, more))

    return change


def _also(*texts: str) -> tuple[Planting, ...]:
    return tuple(in_item(_all_of_a_kind(text, number % 2 == 0)) for number, text in enumerate(texts))


def _twin_of_key(item: QuizItem, chance: Random) -> QuizItem:
    key = next(one.text for one in item.options if one.correct)
    said = chance.choice((f"{key}.", key.upper(), f" {key} "))
    wrong = next(one.id for one in item.options if not one.correct)
    return changed(
        item, options=tuple(changed_option(one, text=said) if one.id == wrong else one for one in item.options)
    )


def _of_type(kind: ItemType) -> ItemChange:
    return lambda item, chance: changed(item, type=kind)


ITEM_FLAWS: Plantings = {
    "ambiguous_unclear": (
        _stem("Who is asked, and {low} Where is it written down?", "When does it begin? {}"),
        _stem("What do they do with it?", "How did it get there?", "Why do they want that?"),
        asked("Which of the forms, lists, etc. do you sign?", "*The list", "The letter", "The map"),
        asked("In the diagram below, where do you stand?", "*At the door", "At the desk", "At the gate"),
        asked("In your opinion, where should the desk stand?", "*At the door", "At the window", "At the gate"),
        asked("Which of the the two bells rings first?", "*The small bell", "The large bell", "The old bell"),
    ),
    "implausible_distractors": (
        distractor_says("I don't know", "No idea", "Who cares", "By magic", "Order a pizza", "Just because", "Unsure"),
        asked("How many crates fit on one pallet?", "12", "*24", "36", "A friend of the driver"),
        asked("Who opens the gate?", "*The guard", "The cook", "Behind the barn"),
    ),
    "none_of_the_above": _also(
        "None of the above", "None of these", "None of the options listed", "Neither of the above", "None are correct",
    ),
    "all_of_the_above": _also(
        "All of the above", "All of these", "All the above", "All of them", "Each of the above",
        "All answers are correct",
    ),
    "longest_option_correct": (in_item(_key_runs_on),),
    "gratuitous_information": (
        _stem(*(f"{one} Which crate is loaded after the noon break?" for one in _GENERAL)),
        _stem(f"{_LONG} {{}}"),
        _stem("Incidentally, the form is green. {}", "Fun fact: nobody likes the form. {}",
              "By the way, it was late. {}"),
    ),
    "true_false_question": (
        asked("The gate is locked at night.", "*True", "False"),
        asked("A visitor needs a badge.", "*Yes", "No"),
        asked("True or false: the ladder is checked in spring.", "*True", "False"),
        asked("Is this statement true or false? The gate is locked.", "True", "*False"),
        in_item(_of_type(ItemType.TRUE_FALSE)),
    ),
    "convergence_cues": (
        asked("What do you pack?", "*Rope and lamp", "Rope and chalk", "Lamp and map", "Flag and tent"),
        asked("What goes on the label?", "*Name, date and weight", "Name, colour and price", "Date, place and time",
              "Size, weight and origin"),
        asked("What is checked?", "Oil and tyres", "*Oil and lights", "Lights and doors", "Seats and belts"),
    ),
    "logical_cues": (
        asked("How often do you turn the valve?", "*Four times", "As the foreman says", "When the bell rings"),
        asked("How many crates fit on a pallet?", "What the driver thinks", "*24", "As in the other hall"),
        asked("What does SLA stand for?", "*Service level agreement", "Proof of delivery", "Bill of lading"),
        asked("Why is the gate shut?", "The old guard", "*Because cattle would get out", "Two green keys"),
        asked("What happens to the load?", "It tips over", "*It increases", "It decreases", "It catches fire"),
    ),
    "fill_in_the_blank": (
        asked("The guard locks the ____ at night.", "*gate", "barn", "well"),
        asked("A visitor wears a [blank] on the coat.", "*badge", "flag", "lamp"),
        asked("The ladder is checked in ........ by the carpenter.", "*spring", "autumn", "winter"),
        in_item(_of_type(ItemType.CLOZE)),
    ),
    "absolute_terms": (
        in_distractor(lambda option, chance: changed_option(
            option, text=f"{chance.choice(('Always', 'Never', 'Under all circumstances', 'Without exception'))} "
            f"{option.text[:1].lower()}{option.text[1:]}")),
        asked("Who gets a badge?", "*Visitors of the plant", "Everybody in town", "The drivers"),
        asked("What does the badge open?", "*The front gate", "Only the barn", "The main hall"),
        asked("What does the cream do?", "*It cools the skin", "It heals all wounds", "It dries the skin"),
    ),
    "word_repeats": (
        in_item(_key_echoes),
        asked("What do you do with a cracked ladder?", "*Lock the ladder away", "Print a sign", "Wait a day"),
        asked("How do you isolate a pump?", "*With an isolation valve", "By two people", "After the break"),
    ),
    "unfocused_stem": (
        asked("Which of the following statements about ladders is correct?", "*They are checked in spring",
              "They are made of glass", "They weigh a ton"),
        asked("Select the correct answer.", "*Ladders are checked", "Ladders are thrown out", "Ladders are painted"),
        asked("Ladders", "*are checked in spring", "are thrown out", "are painted by guests"),
        asked("A ladder is", "*a thing to climb", "a sort of rope", "a kind of gate"),
        asked("What is true?", "*Ladders are checked", "Ladders are thrown out", "Ladders are painted"),
    ),
    "complex_k_type": (
        *_also("Both A and B", "A and C only", "A, B and C", "Either B or C"),
        asked("What do you bring?", "The rope", "The lamp", "*The rope and the lamp", "The map"),
        asked("What opens the gate? 1. A key 2. A badge 3. A song", "1 only", "*1 and 2", "2 and 3"),
    ),
    "grammatical_cues": (
        asked("What you climb on is called an", "*awning", "ladder", "table"),
        asked("To lock the gate you need a", "*key", "axe", "iron bar"),
        asked("The things you bring are", "*ropes and lamps", "a map", "the flag"),
        asked("At night the guard must", "*lock the gate", "a lamp on the gate", "the old key of the barn"),
        asked("What comes first in the morning?", "*Opening the front gate", "Check the ladder", "Count the crates",
              "Read the log"),
        in_key(lambda option, chance: changed_option(option, text=f"{option.text}.")),
    ),
    "lost_sequence": (
        asked("How many crates fit?", "30", "*10", "20"),
        asked("How long does it last?", "2 days", "*6 hours", "1 week"),
        asked("Which share is kept?", "1/2", "*1/8", "1/4"),
        asked("When is the ladder checked?", "October", "*March", "June"),
        asked("Which range holds?", "20 to 30 kg", "*0 to 10 kg", "10 to 20 kg"),
    ),
    "vague_terms": (
        in_distractor(lambda option, chance: changed_option(
            option, text=f"{option.text}, {chance.choice(('usually', 'from time to time', 'rarely', 'mostly'))}")),
        in_key(lambda option, chance: changed_option(
            option, text=f"{chance.choice(('Often', 'In most cases'))} {option.text}")),
    ),
    "more_than_one_correct": (
        in_item(_twin_of_key),
        _stem("Choose two: {low}", "Tick all that apply. {}", "Which three hold? {}"),
        asked("What do you do with the ladder?", "*Put the ladder back behind the barn",
              "Put a ladder back behind barns", "Wait"),
    ),
    "negative_wording": (
        asked("Which of these is not a ladder?", "*The rope", "The steps", "The rungs"),
        asked("All of these open the gate except which one?", "*The song", "The key", "The badge"),
        asked("Which visitor should never get a badge?", "*The stranger", "The driver", "The nurse"),
        asked("What can't a guard decide?", "*The price", "The hour", "The gate"),
        asked("Which crate is least likely to tip?", "*The low one", "The tall one", "The round one"),
    ),
    "options_differ_and_a_key_is_marked": (
        in_item(_twin_of_key),
        in_distractor(lambda option, chance: changed_option(option, text=" ")),
        in_key(lambda option, chance: changed_option(option, correct=False)),
        in_distractor(lambda option, chance: changed_option(option, correct=True)),
        in_item(lambda item, chance: changed(item, options=tuple(one for one in item.options if one.correct))),
    ),
    "stem_is_there": (in_item(lambda item, chance: changed(item, stem=chance.choice(("", " ", "\n\t")))),),
    "three_to_five_options": (
        in_item(lambda item, chance: changed(item, options=(
            *(one for one in item.options if one.correct), *(one for one in item.options if not one.correct)
        )[:2])),
        asked("Which bell rings?", "*The first", "The next", "The third", "The small", "The large", "The old"),
    ),
    "options_do_not_overlap": (
        asked("How heavy is a crate?", "5 to 15 kg", "*10 to 20 kg", "25 to 30 kg"),
        asked("How many visitors come?", "10-20", "*15-40", "50-60"),
        asked("How old is the ladder?", "Less than 3 years", "*2 to 5 years", "More than 5 years"),
    ),
    "every_item_serves_an_objective": (
        in_item(lambda item, chance: changed(item, objective_id="o-gone")),
        in_item(lambda item, chance: changed(item, lesson_id="l-gone")),
    ),
    "item_reaches_its_objective": (in_item(lambda item, chance: changed(item, bloom=_LOWEST)),),
}
