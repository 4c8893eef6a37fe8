"""The command line. Everything in it is made from the command table (:mod:`counterpoint.model.commands`)."""

from counterpoint.faces.cli.main import main

__all__ = ["main"]
