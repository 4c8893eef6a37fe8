"""Pure: what follows from statements, and the logic of every question, over a small read interface."""
