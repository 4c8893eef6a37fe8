"""Counterpoint: the coordination layer of organisations of people and AI agents."""

__version__ = "0.1.0"
