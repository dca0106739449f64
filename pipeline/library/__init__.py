"""Finds and validates what people wrote by hand: prompts, rubrics, interface strings."""
