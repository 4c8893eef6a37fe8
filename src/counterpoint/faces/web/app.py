"""The web application: pages over questions, read-only, and for this machine unless told otherwise.

Every answer carries a content security policy that lets nothing in from elsewhere, a request for another host than
those it was told of is refused (so that no page elsewhere can reach it by renaming itself), and every page has an
entity tag made of the ledger's head, so that an unchanged page costs one comparison.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from counterpoint.errors import CounterpointError, NotFound, UsageError
from counterpoint.faces.web.contexts import ScorePage
from counterpoint.faces.web.pages import Asked, Open, Pages
from counterpoint.faces.web.rendering import ASSETS, STATIC, render
from counterpoint.faces.web.whatif import Desk, WhatIfs
from counterpoint.faces.web.whatif_routes import whatif_routes

HERE = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
POLICY = (
    "default-src 'self'; style-src 'self'{style}; script-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
KEPT = 64
READ = ["GET", "HEAD"]
Handler = Callable[[Request], Awaitable[Response]]


def create_app(questions: Open, hosts: Iterable[str] = (), desk: Desk | None = None) -> FastAPI:
    """The application over ``questions``: a function that opens one moment of an organisation, for one request.

    ``hosts`` are names under which it may be asked, beside those of this machine. ``desk`` answers what-ifs; without
    one their page says what is to be installed.
    """
    app = FastAPI(title="Counterpoint", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(questions)
    allowed = HERE | {host.casefold() for host in hosts}
    kept: dict[str, tuple[bytes, str]] = {}

    @app.middleware("http")
    async def guard(request: Request, proceed: Handler) -> Response:
        if _host(request.headers.get("host", "")) not in allowed:
            return Response("This host name is not served here.\n", status_code=421, media_type="text/plain")
        response = await proceed(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(style=""))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    async def page(request: Request, kind: str, make: Callable[[Asked], Any]) -> Response:
        asked = Asked(dict(request.path_params), tuple(request.query_params.multi_items()))
        tag, today = await run_in_threadpool(pages.stamp)
        made_of = f"{request.url.path}?{request.url.query}|{tag}|{today}|{ASSETS}"
        etag = f'"{hashlib.sha256(made_of.encode()).hexdigest()[:24]}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        if etag not in kept:
            content, policy = await run_in_threadpool(_made, kind, make, asked)
            if len(kept) >= KEPT:
                kept.clear()
            kept[etag] = (content, policy)
        content, policy = kept[etag]
        headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Content-Security-Policy": policy}
        return Response(content, media_type="image/svg+xml" if kind == "score.svg" else "text/html", headers=headers)

    @app.api_route("/", methods=READ)
    async def score(request: Request) -> Response:
        return await page(request, "score.html", pages.score)

    @app.api_route("/score.svg", methods=READ)
    async def drawing(request: Request) -> Response:
        return await page(request, "score.svg", pages.score)

    @app.api_route("/thing/{ref:path}", methods=READ)
    async def thing(request: Request) -> Response:
        return await page(request, "thing.html", pages.thing)

    @app.api_route("/contradictions", methods=READ)
    async def contradictions(request: Request) -> Response:
        return await page(request, "list.html", pages.contradictions)

    @app.api_route("/collisions", methods=READ)
    async def collisions(request: Request) -> Response:
        return await page(request, "list.html", pages.collisions)

    @app.api_route("/search", methods=READ)
    async def search(request: Request) -> Response:
        return await page(request, "list.html", pages.search)

    whatif_routes(app, WhatIfs(desk, lambda: pages.site("What if", "whatif")))

    @app.api_route("/static/{name}", methods=READ)
    async def static(name: str) -> Response:
        content = STATIC.get(name)
        if content is None:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=TYPES[Path(name).suffix], headers=headers)

    @app.exception_handler(CounterpointError)
    async def refused(request: Request, error: CounterpointError) -> Response:
        status = 404 if isinstance(error, NotFound) else 400 if isinstance(error, UsageError) else 409
        context = await run_in_threadpool(pages.error, error, request.url.path)
        return HTMLResponse(render("error.html", context), status)

    @app.exception_handler(HTTPException)
    async def missing(request: Request, error: HTTPException) -> Response:
        words = "There is no such page." if error.status_code == 404 else "This cannot be done here."
        context = await run_in_threadpool(pages.failure, words)
        return HTMLResponse(render("error.html", context), error.status_code)

    @app.exception_handler(Exception)
    async def broken(request: Request, error: Exception) -> Response:
        logging.getLogger("counterpoint.web").error("%s failed", request.url.path, exc_info=error)
        words = "Something broke while this page was made. That is a mistake in Counterpoint, not in what you asked."
        headers = {"Content-Security-Policy": POLICY.format(style="")}
        return Response(words + "\n", 500, media_type="text/plain", headers=headers)

    return app


def _made(template: str, make: Callable[[Asked], Any], asked: Asked) -> tuple[bytes, str]:
    """A page and its policy, which lets in the page's own generated style by its hash and nothing else."""
    context = make(asked)
    style = ""
    if isinstance(context, ScorePage) and template == "score.html":
        style = f" 'sha256-{b64encode(hashlib.sha256(context.style.encode()).digest()).decode()}'"
    return render(template, context).encode(), POLICY.format(style=style)


def _host(header: str) -> str:
    """The host of a Host header, without its port, folded."""
    if header.startswith("["):
        return header.partition("]")[0].casefold() + "]"
    return header.partition(":")[0].casefold()
