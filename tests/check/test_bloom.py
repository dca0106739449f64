"""The Bloom level of questions and objectives: the verb in its place, and what only sets the scene."""

from __future__ import annotations

import pytest

from pipeline.check.bloom import bloom_of_question, verb_levels
from pipeline.check.bloom_objective import bloom_of_objective
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import words_for

ENGLISH = words_for("en")

QUESTIONS = [
    ("remember", "Which valve feeds the sealer?"),
    ("remember", "How many locks do lines with two motors need?"),
    ("remember", "Can you name the three zones?"),
    ("remember", "List the steps of the shutdown, in order."),
    ("remember", "Define the following terms: test set, training set, evaluation."),
    ("understand", "Why do the belts keep moving after the stop?"),
    ("understand", "How does the brake work?"),
    ("understand", "What is the difference between a permit and a tag?"),
    ("understand", "Explain how the interlock works. Provide an example."),
    ("understand", "What happens if the guard is opened?"),
    ("apply", "The gauge shows 3 bar. What do you do first?"),
    ("apply", "How would you isolate the second motor?"),
    ("apply", "Explain how you would isolate the second motor."),
    ("apply", "Given the log of last night, rotate the keys."),
    ("apply", "Calculate the load on the beam."),
    ("apply", "Write the code that adds two numbers."),
    ("analyse", "Compare the two shutdown procedures."),
    ("analyse", "How does the temperature affect the seal?"),
    ("analyse", "Given a list of faults, examine which belong together."),
    ("evaluate", "Which of the two bids would you recommend?"),
    ("evaluate", "Assess the risk of the repair."),
    ("evaluate", "Which figures would you use to evaluate the repair?"),
    ("evaluate", "In your opinion, was the stop justified?"),
    ("create", "Design a checklist for the night shift."),
    ("create", "Describe the fault, and then develop a plan for the repair."),
]


@pytest.mark.parametrize(("level", "question"), QUESTIONS, ids=[one[1][:40] for one in QUESTIONS])
def test_the_level_of_a_question(level: str, question: str) -> None:
    assert bloom_of_question(question, ENGLISH) == level


OBJECTIVES = [
    ("remember", "List the steps of the lockout"),
    ("remember", "Demonstrate knowledge of the key terms."),
    ("remember", "3. Recall the plan and design terms"),
    ("understand", "Demonstrate an understanding of the main theories of motivation."),
    ("understand", "Develop an understanding of ethical issues"),
    ("understand", "Students explain how the design of a test affects its value"),
    ("understand", "Identify and describe the parts of a cell"),
    ("understand", "Explain how firms grow and adapt to change."),
    ("understand", "Explain how a rule can be applied to a new order."),
    ("understand", "Describe the use of a plan and design review."),
    ("understand", "Recognise the importance of teamwork"),
    ("understand", "An understanding of networks"),
    ("apply", "Given a sealer to be serviced, the technician isolates the machine in three steps, in order."),
    ("apply", "After the lab, the operator will safely operate the lathe without supervision."),
    ("apply", "Demonstrate the ability to solve linear equations."),
    ("apply", "Develop skills in using spreadsheets."),
    ("apply", "Learn how to calibrate the scale"),
    ("apply", "Understand and apply the principles of design."),
    ("apply", "Rotate the encryption keys every month"),
    ("apply", "Show how to fit the guard."),
    ("analyse", "By the end of this module, students will be able to: compare and contrast the two models"),
    ("analyse", "Use spreadsheets to analyse sales figures."),
    ("evaluate", "Select the most appropriate test for a set of figures"),
    ("evaluate", "LO3: Critically discuss the evidence on the new policy."),
    ("evaluate", "Reflect on your own practice"),
    ("create", "Critically evaluate the literature and design a study"),
    ("create", "Define, describe and design a database"),
    ("create", "an ability to design a system that meets a need"),
    ("remember", "Be familiar with the vocabulary of trade."),
    ("remember", "Select the correct name of each part."),
    ("understand", "Know the difference between a fuse and a breaker."),
    ("understand", "Identify the role of errors in learning."),
    ("understand", "Recognise how customers perceive a delay."),
    ("understand", "Students will have gained an awareness of risk."),
    ("understand", "Give an overview of the market."),
    ("understand", "Understand the purpose and function of the seal."),
    ("apply", "Become proficient in taking minutes."),
    ("apply", "Behave ethically towards clients."),
    ("apply", "Find the volume of a tank."),
    ("apply", "Use the product rule to differentiate functions."),
    ("apply", "Write clear instructions."),
    ("analyse", "1.2 Identify bottlenecks in a process."),
    ("analyse", "Conduct an analysis of the market."),
    ("analyse", "List the owners, analyse their interests and describe the outcome."),
    ("analyse", "Comparison of two methods"),
    ("evaluate", "Draw sound conclusions from the figures."),
    ("evaluate", "Carry out a critical review of a report."),
    ("create", "Apply the rules of layout to design a leaflet."),
    ("create", "Gain an understanding of networks and be able to design one."),
]


@pytest.mark.parametrize(("level", "objective"), OBJECTIVES, ids=[one[1][:40] for one in OBJECTIVES])
def test_the_level_of_an_objective(level: str, objective: str) -> None:
    assert bloom_of_objective(objective, ENGLISH) == level


def test_a_topic_has_no_level() -> None:
    assert bloom_of_objective("Fundamentals of networks", ENGLISH) is None
    assert bloom_of_objective("…", ENGLISH) is None


def test_a_language_without_word_lists_has_no_levels() -> None:
    assert bloom_of_question("Warum?", words_for("de")) is None
    assert bloom_of_objective("Den Ablauf erklären", words_for("de")) is None


def test_no_verb_stands_under_two_levels() -> None:
    listed = [verb for level in BloomLevel for verb in ENGLISH.list(f"bloom_{level.value}")]
    assert len(listed) == len(set(listed)) == len(verb_levels(ENGLISH))
