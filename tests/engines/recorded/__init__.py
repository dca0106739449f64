"""Recordings of replies, and what renews them."""
