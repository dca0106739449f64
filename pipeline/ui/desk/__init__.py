"""The reviewer's desk: the pieces of the review screen, each drawing one thing and offering its verbs."""
