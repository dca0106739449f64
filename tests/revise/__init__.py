"""Tests of revising."""
