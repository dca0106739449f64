"""Formats that go out for work and come back as proposals. In: elements, files. Out: files, what they say otherwise."""
