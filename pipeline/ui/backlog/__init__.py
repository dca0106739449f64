"""The pieces of a batch's page, each drawing one thing."""
