"""A configuration file to a table of settings, unchecked: TOML, or JSON with comments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .errors import ConfigError

LARGEST = 1_000_000
"""Bytes of a configuration; nobody writes more by hand."""
DOTS = 5_000
"""Dots in TOML: a key of 20,000 parts (a.b.c) would take 1.5 GB, and one of twice as many four
times that."""


def parse(path: Path) -> dict[str, Any]:
    """Return the settings a file holds, unchecked."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ConfigError(path.name, [("size", f"is over {LARGEST:,} bytes: not a study")])
        text = content.decode("utf-8-sig")
        raw = _parse_json(text) if path.suffix.lower() == ".json" else _parse_toml(text)
    except OSError as error:
        what = f"cannot be read: {error.strerror}; name a study.toml or a folder of images"
        raise ConfigError(str(path), [("file", what)]) from None
    except UnicodeDecodeError as error:
        what = (
            f"must be a study in UTF-8 text (byte {error.start} is not), or a folder of images; "
            "save it as UTF-8, or name the folder"
        )
        raise ConfigError(path.name, [("file", what)]) from None
    except RecursionError:
        raise ConfigError(path.name, [("syntax", "is nested too deeply")]) from None
    except ValueError as error:
        raise ConfigError(path.name, [("syntax", str(error))]) from None
    if not isinstance(raw, dict):
        raise ConfigError(path.name, [("syntax", "must be a table of settings")])
    return raw


def _parse_toml(text: str) -> Any:
    import tomllib

    if text.count(".") > DOTS:
        raise ValueError(f"has over {DOTS:,} dots: not a study")
    return tomllib.loads(text)


def _parse_json(text: str) -> Any:
    """Read JSON in which ``//`` and ``#`` start a comment, as in the old FrimCla's files."""
    import json

    def keep_strings(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith('"') else ""

    def no_twins(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key, value in pairs:
            if key in table:
                raise ValueError(f'"{key}" stands there twice')
            table[key] = value
        return table

    # Possessive, and an open string ends with the text: no second look at what did not fit.
    bare = re.sub(r'"(?:\\.|[^"\\])*+(?:"|\\?\Z)|//[^\n]*|#[^\n]*', keep_strings, text)
    return json.loads(bare, object_pairs_hook=no_twins)
