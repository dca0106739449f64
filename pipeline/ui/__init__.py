"""The screens: a thin shell over the review service (architecture.md §2)."""
