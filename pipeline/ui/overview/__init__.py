"""The pieces of a module's overview, each drawing one thing."""
