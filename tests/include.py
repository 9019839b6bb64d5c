"""Puts the files that docs/write-a-plugin.md includes behind their markers."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
KINDS = {".py": "python", ".toml": "toml"}


def shown(match: re.Match[str]) -> str:
    """Return a marker with its file behind it."""
    path = ROOT / match[1]
    return f"<!-- include {match[1]} -->\n\n```{KINDS[path.suffix]}\n{path.read_text('utf-8')}```\n"


if __name__ == "__main__":
    page = ROOT / "docs" / "write-a-plugin.md"
    marker = r"<!-- include (\S+) -->\n(?:\n```\w+\n.*?```\n)?"
    page.write_text(re.sub(marker, shown, page.read_text("utf-8"), flags=re.DOTALL), "utf-8")
