"""Runs conversions: the ordered stages, one document's whole way, and one-off calls."""
