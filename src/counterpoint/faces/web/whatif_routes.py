"""The addresses of what-ifs: the page, the part of it that changes, how far an answer is, and the answer as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from counterpoint.errors import CounterpointError
from counterpoint.faces.web.pages import Asked
from counterpoint.faces.web.rendering import render
from counterpoint.faces.web.whatif import WhatIfs, status_of

READ = ["GET", "HEAD"]
FRESH = {"Cache-Control": "no-store"}
"""An answer gets better while one looks, so none is kept."""


def whatif_routes(app: FastAPI, whatifs: WhatIfs) -> None:
    """Add them to an application."""

    @app.api_route("/whatif", methods=READ)
    async def whatif(request: Request) -> Response:
        found = await run_in_threadpool(lambda: render("whatif.html", whatifs.page(_asked(request))))
        return HTMLResponse(found, headers=FRESH)

    @app.api_route("/whatif/part", methods=READ)
    async def part(request: Request) -> Response:
        return HTMLResponse(await run_in_threadpool(whatifs.part, _asked(request)), headers=FRESH)

    @app.api_route("/whatif/standing", methods=READ)
    async def standing(request: Request) -> Response:
        return await _json(whatifs.standing, request)

    @app.api_route("/whatif/answer", methods=READ)
    async def answer(request: Request) -> Response:
        return await _json(whatifs.answer, request)


def _asked(request: Request) -> Asked:
    return Asked({}, tuple(request.query_params.multi_items()))


async def _json(ask: Callable[[Asked], Any], request: Request) -> Response:
    try:
        return JSONResponse(await run_in_threadpool(ask, _asked(request)), headers=FRESH)
    except CounterpointError as error:
        return JSONResponse(error.as_dict(), status_of(error), headers=FRESH)
