"""Which work a commit belongs to, by what its message refers to.

In this order, the first is the row's ``work`` and the others stand in the attributes of its ``commit`` row: what it
closes, the key that its first line begins with, what it refers to in a trailer, and the pull request that it came by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

_CLOSING = frozenset(
    {
        "bug", "closed", "closes", "fix", "fixed", "fixes", "issue", "issues", "jira", "resolved", "resolves", "story",
        "task", "ticket",
    }
)  # fmt: skip
_REFERRING = frozenset(
    {"for", "part-of", "ref", "references", "refs", "related", "related-to", "relates-to", "see", "see-also", "updates"}
)
_BROUGHT_BY = frozenset({"differential-revision", "github-pr", "merge-request", "pr", "pr-url", "pull-request"})
_NUMBERED = frozenset({"bug", "issue", "issues", "task", "ticket", "story"})
_NO_KEYS = frozenset(
    {
        "AES", "ANSI", "API", "CVE", "CWE", "DSA", "ECMA", "FIPS", "GHSA", "GPL", "GPT", "HTTP", "IEC", "IEEE", "IPV",
        "ISO", "LGPL", "MD", "PEP", "RFC", "RSA", "SHA", "SSL", "TLS", "UCS", "USB", "USN", "UTC", "UTF", "WCAG", "X",
    }
)  # fmt: skip
"""What looks like the key of a tracker and is the name of a standard, an advisory or a licence."""
MOST_WORKS = 100
LONGEST_LINE = 1000
"""Nothing after so many characters of a line is looked at, so that a hostile one cannot hold the program up."""
_KEY = r"[A-Z][A-Z0-9]{1,9}-\d{1,7}"
_REFERENCE = re.compile(
    r"https?://[^/\s]{1,100}/(?P<home>[\w.-]{1,60}(?:/[\w.-]{1,60}){1,5}?)(?:/-)?/(?:issues|pull|pulls|merge_requests|pull-requests)"
    r"/(?P<number>\d+)"
    rf"|https?://\S{{1,200}}?/(?:browse/)?(?P<linked>{_KEY}|D\d{{3,}})\b"
    r"|(?<![\w/])(?P<repository>[\w.-]{1,60}/[\w.-]{1,60})?(?P<sign>[#!])(?P<plain>\d{1,9})\b"
    r"|\b(?:gh|GH)-(?P<github>\d+)\b|\b(?P<python>bpo-\d+)\b"
    rf"|(?<![\w/.-])(?P<key>{_KEY})(?![\w-])"
)
_CLOSED = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?[ \t]+((?:[\w.-]{1,60}/[\w.-]{1,60})?#\d+|https?://\S{1,300})",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"\W?({_KEY}|(?:gh|GH|bpo)-\d+|(?:[Ii]ssue|[Bb]ug) ?#\d+|#\d+)(?:\]|\)|:|,|\s|$)")
_PULLED = re.compile(r"\((#\d+)\)\s*$|^Merge pull request (#\d+) |^(?:Auto merge|Rollup merge) of (#\d+) ")
_REVERTS = re.compile(r"^This reverts (?:commit )?([0-9a-f]{12,64})\b", re.MULTILINE)


def works_of(text: str, trailers: Iterable[tuple[str, str]]) -> list[str]:
    """What the message of a commit refers to, as it names it: ``#12``, ``owner/app#12``, ``!12``, ``APP-12``.

    >>> works_of("Say hello (#8)\\n\\nFixes #7, refs APP-3", [])
    ['#7', '#8']
    """
    subject = text.partition("\n")[0][:LONGEST_LINE]
    trailers = tuple(trailers)
    found: dict[str, None] = {}
    if "#" in text or "://" in text:
        for mention in islice(_CLOSED.finditer(text), MOST_WORKS):
            found.update(dict.fromkeys(_references(mention[1])))
    for key, value in trailers:
        if key in _CLOSING:
            found.update(dict.fromkeys(_of_trailer(key, value)))
    if begins := _BEGINS.match(subject):
        found.update(dict.fromkeys(_references(begins[1])))
    for key, value in trailers:
        if key in _REFERRING:
            found.update(dict.fromkeys(_references(value)))
    if pulled := _PULLED.search(subject):
        found[next(one for one in pulled.groups() if one)] = None
    for key, value in trailers:
        if key in _BROUGHT_BY:
            found.update(dict.fromkeys(_references(value)))
    return list(found)[:MOST_WORKS]


def reverted(text: str) -> str | None:
    """The commit that a message says it takes back, or None."""
    if "This reverts " not in text:
        return None
    found = _REVERTS.search(text)
    return found[1] if found is not None else None


def _of_trailer(key: str, value: str) -> Iterator[str]:
    if key in _NUMBERED and re.fullmatch(r"\d{1,9}", value):
        yield f"#{value}"
        return
    yield from _references(value)


def _references(text: str) -> Iterator[str]:
    for found in _REFERENCE.finditer(text):
        if found["home"]:
            yield f"{found['home']}#{found['number']}"
        elif found["github"]:
            yield f"#{found['github']}"
        elif found["plain"]:
            yield f"{found['repository'] or ''}{found['sign']}{found['plain']}"
        else:
            key = found["linked"] or found["python"] or found["key"]
            if key.partition("-")[0] not in _NO_KEYS:
                yield key
