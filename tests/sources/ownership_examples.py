"""The examples of docs/ownership.md, so that tests run what readers see."""

from __future__ import annotations

import re
from pathlib import Path

DOC = Path(__file__).resolve().parents[2] / "docs" / "ownership.md"
_FILE = re.compile(r"```text file=(\S+)\n(.*?)```", re.DOTALL)


def section(title: str) -> str:
    """The text of one section of the page."""
    return DOC.read_text().split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def files(title: str) -> dict[str, str]:
    """The files shown in a section: name to content."""
    return dict(_FILE.findall(section(title)))


def table(title: str, head: str) -> list[list[str]]:
    """The rows of the table with this head, as the texts of their cells without back-quotes."""
    lines = section(title).split(f"\n{head}\n", 1)[1].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line.strip("|"))])
    return rows


def write(root: Path, content: dict[str, str]) -> Path:
    """A repository with these files."""
    for name, text in content.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root
