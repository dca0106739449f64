"""sme2module: what subject-matter experts know, as self-paced training a designer would sign."""

__version__ = "0.1.0"
