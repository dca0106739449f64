"""The pieces of the board for leads, each drawing one thing."""
