"""The web face: the full score, and the page of a thing. Everything it shows comes from the questions."""
