"""Who is a program: bots and AI agents, by account, numeric identifier or address, and never by a human being's name.

An account whose name ends in ``[bot]`` is an application: GitHub gives brackets to no human being. Whether it is an AI
says :data:`AGENT_ACCOUNTS`. Anybody may write any address into a commit, so an address is a little less sure. The
tables are facts about what tools write by default, collected in 2026; what they lack is taken for a human being until
somebody says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from counterpoint.model.activity import Sort


class Taken(NamedTuple):
    """What an identity is taken for, how sure that is, and of which tool it is where it is an AI."""

    sort: Sort
    confidence: float
    tool: str = ""


NOBODY_SAYS = Taken("unknown", 0.0)

AGENT_IDS: Mapping[int, str] = {
    81847: "claude",
    209825114: "claude",
    175728472: "copilot",
    198982749: "copilot",
    223556219: "copilot",
    206951365: "cursor",
    199175422: "codex",
    158243242: "devin",
    176961590: "gemini",
    218195315: "gemini",
    161369871: "jules",
}
"""GitHub's numeric identifiers of accounts that are AI agents: they stay when an account is renamed."""

BOT_IDS = frozenset({49699333, 27856297, 29139614, 41898282, 66853113, 19864447, 31488909, 20407524, 47979223})
"""GitHub's numeric identifiers of accounts that are bots."""

AGENT_ACCOUNTS: Mapping[str, str] = {
    "amazon-q-developer": "amazon-q",
    "anthropic-claude": "claude",
    "bolt-new-by-stackblitz": "bolt",
    "chatgpt-codex-connector": "codex",
    "claude": "claude",
    "claude-code-action": "claude",
    "cline": "cline",
    "codegen-sh": "codegen",
    "coderabbitai": "coderabbit",
    "continue": "continue",
    "copilot": "copilot",
    "copilot-pull-request-reviewer": "copilot",
    "copilot-swe-agent": "copilot",
    "cursor": "cursor",
    "cursoragent": "cursor",
    "devin-ai-integration": "devin",
    "ellipsis-dev": "ellipsis",
    "factory-droid": "factory",
    "gemini-cli": "gemini",
    "gemini-code-assist": "gemini",
    "google-labs-jules": "jules",
    "gpt-engineer-app": "lovable",
    "jetbrains-junie": "junie",
    "kilo-code-bot": "kilo",
    "kiro-agent": "kiro",
    "lovable-dev": "lovable",
    "openai-codex": "codex",
    "openhands-agent": "openhands",
    "roomote": "roo",
    "sourcery-ai": "sourcery",
    "sweep-ai": "sweep",
    "v0": "v0",
}
"""Accounts that are AI agents, as applications (``claude[bot]``)."""

AGENT_USERS = frozenset(
    {
        "copilot",
        "copilot-swe-agent",
        "cursoragent",
        "devin-ai-integration",
        "gemini-cli",
        "google-labs-jules",
        "openhands-agent",
    }
)
"""Those of them that are told by the bare account as well; a human being may be called like the others."""

AGENT_ADDRESSES: Mapping[str, str] = {
    "noreply@anthropic.com": "claude",
    "claude@anthropic.com": "claude",
    "copilot@github.com": "copilot",
    "cursoragent@cursor.com": "cursor",
    "noreply@cursor.com": "cursor",
    "agent@cursor.com": "cursor",
    "noreply@openai.com": "codex",
    "codex@openai.com": "codex",
    "aider@aider.chat": "aider",
    "noreply@aider.chat": "aider",
    "devin@cognition-labs.com": "devin",
    "devin@cognition.ai": "devin",
    "gemini-cli@google.com": "gemini",
    "jules@google.com": "jules",
    "openhands@all-hands.dev": "openhands",
    "amp@ampcode.com": "amp",
    "noreply@opencode.ai": "opencode",
    "qwen-coder@alibabacloud.com": "qwen",
    "noreply@deepseek.com": "deepseek",
    "noreply@windsurf.com": "windsurf",
    "cascade@windsurf.ai": "windsurf",
    "agent@warp.dev": "warp",
    "crush@charm.land": "crush",
    "noreply@kiro.dev": "kiro",
    "noreply@continue.dev": "continue",
    "noreply@cline.bot": "cline",
    "droid@factory.ai": "factory",
    "traecli@bytedance.com": "trae",
}
"""Addresses that AI agents write into commits."""

BOT_ACCOUNTS = frozenset(
    {
        "bors",
        "codecov-io",
        "dependabot",
        "dependabot-preview",
        "github-actions",
        "googlebot",
        "k8s-ci-robot",
        "mergify",
        "miss-islington",
        "opentelemetrybot",
        "otelbot",
        "pre-commit-ci",
        "rust-highfive",
        "rust-log-analyzer",
        "rust-timer",
        "rustbot",
        "semantic-release-bot",
        "web-flow",
    }
)
"""Accounts that are bots though they are no applications. None of these is a name that a human being has."""

BOT_ADDRESSES = frozenset(
    {
        "noreply@github.com",
        "support@github.com",
        "action@github.com",
        "actions@github.com",
        "github-actions@github.com",
        "support@dependabot.com",
        "bot@renovateapp.com",
        "bors@rust-lang.org",
        "builds@travis-ci.org",
        "deploy@travis-ci.org",
        "hosted@weblate.org",
        "lkp@intel.com",
        "snyk-bot@snyk.io",
        "syzbot@syzkaller.appspotmail.com",
    }
)
"""Addresses that bots write into commits."""

_GITLAB_TOKEN = re.compile(r"(?:project|group)_\d+_bot(?:_\w+)?")
_BOT_NAME = re.compile(r"(?:.*[-_])?(?:ro)?bot")
_TOOL_WORDS = re.compile(
    r"\b(?:(?P<copilot>copilot)|(?P<codex>codex|chatgpt|gpt-?\d)|(?P<gemini>gemini(?= cli| code| \d|-\d|:))"
    r"|(?P<claude>claude(?= code| [a-z]+ \d| \d|-\w|:)|(?<!\w)(?:opus|sonnet|haiku)[ -]\d)"
    r"|(?P<cursor>cursor(?= agent| ai|:|$))|(?P<aider>aider(?= \(|:|$))|(?P<devin>devin(?= ai|:))"
    r"|(?P<openhands>openhands)|(?P<opencode>opencode)|(?P<windsurf>windsurf)|(?P<qwen>qwen)|(?P<deepseek>deepseek)"
    r"|(?P<llama>llama-?\d)|(?P<mistral>mistral(?= \w|-|:))|(?P<kiro>kiro(?= \w|:|$))|(?P<cline>cline(?= \w|:|$)))",
    re.IGNORECASE,
)
_TOOL_ALONE = re.compile(r"(claude|gemini|cursor|aider|devin|jules|amp|grok|cody|junie|warp)", re.IGNORECASE)


def taken_for(system: str, handle: str, number: int | None = None) -> Taken:
    """What an account or address is, by itself. ``handle`` is in lower case; ``number`` is GitHub's, where it is told.

    >>> taken_for("github", "dependabot[bot]", 49699333)
    Taken(sort='bot', confidence=1.0, tool='')
    >>> taken_for("email", "noreply@anthropic.com")
    Taken(sort='agent', confidence=0.95, tool='claude')
    >>> taken_for("github", "claude")
    Taken(sort='unknown', confidence=0.0, tool='')
    """
    if system in ("github", "gitlab"):
        return _account(system, handle, number)
    if system == "email":
        return _address(handle)
    return NOBODY_SAYS


def tool_in(text: str, *, alone: bool = False) -> str:
    """The AI that a text names beyond doubt, or ''. ``alone``: the text is where only a tool is named.

    Words that are names of human beings too count only with what no human name has beside it (``Claude Opus 4``).
    """
    found = _TOOL_WORDS.search(text)
    if found is not None and found.lastgroup is not None:
        return found.lastgroup
    bare = _TOOL_ALONE.fullmatch(text.strip()) if alone else None
    return bare[1].lower() if bare is not None else ""


def _account(system: str, handle: str, number: int | None) -> Taken:
    if system == "github" and number is not None and number in AGENT_IDS:
        return Taken("agent", 1.0, AGENT_IDS[number])
    if system == "github" and number in BOT_IDS:
        return Taken("bot", 1.0)
    if handle.endswith("[bot]"):
        tool = AGENT_ACCOUNTS.get(handle.removesuffix("[bot]"), "")
        return Taken("agent", 1.0, tool) if tool else Taken("bot", 1.0)
    if handle in AGENT_USERS:
        return Taken("agent", 0.9, AGENT_ACCOUNTS[handle])
    if handle in BOT_ACCOUNTS:
        return Taken("bot", 0.9)
    if system == "gitlab" and _GITLAB_TOKEN.fullmatch(handle):
        return Taken("bot", 1.0)
    return Taken("bot", 0.7) if _BOT_NAME.fullmatch(handle) else NOBODY_SAYS


def _address(address: str) -> Taken:
    tool = AGENT_ADDRESSES.get(address, "")
    if tool:
        return Taken("agent", 0.95, tool)
    local, _, domain = address.partition("@")
    if local.endswith("[bot]"):
        known = AGENT_ACCOUNTS.get(local.removesuffix("[bot]"), "")
        return Taken("agent", 0.95, known) if known else Taken("bot", 0.95)
    if address in BOT_ADDRESSES:
        return Taken("bot", 0.95)
    if domain.endswith("noreply.gitlab.com") and _GITLAB_TOKEN.fullmatch(local):
        return Taken("bot", 0.95)
    return Taken("bot", 0.7) if domain and _BOT_NAME.fullmatch(local) else NOBODY_SAYS
