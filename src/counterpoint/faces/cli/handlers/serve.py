"""``counterpoint serve``: the page of the organisation, on this machine."""

from __future__ import annotations

import click

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.main import INTERRUPTED
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.answers import as_json
from counterpoint.model.reports import Served
from counterpoint.serving import serve as serve_page
from counterpoint.settings import without_password


def run(call: Call, *, port: int) -> Served | None:
    """Serve until interrupted; where is told as soon as it is there."""
    serve(call, call.org, port)
    return None


def serve(call: Call, address: str | None, port: int) -> None:
    """Serve an organisation, and say where."""

    def listening(url: str) -> None:
        answer = Served(url, without_password(address or call.place))
        if call.as_json:
            call.paper.json(as_json(answer))
        else:
            show(answer, call.paper)
        call.paper.stream.flush()

    try:
        serve_page(address, port, listening)
    except KeyboardInterrupt:
        # Ctrl-C is how serving ends: nothing was interrupted that anybody must be told of.
        raise click.exceptions.Exit(INTERRUPTED) from None


def show(answer: Served, out: Paper) -> None:
    """Where."""
    out.line((answer.url, "strong"), f" serves {answer.organisation}; Ctrl-C ends it")
