"""Protocols: pure rules of who may do what, when, and what follows. They read a state and decide, no more."""
