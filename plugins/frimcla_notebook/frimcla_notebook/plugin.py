"""The menu of the plugin: one command. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

import frimcla


@frimcla.hookimpl
def frimcla_commands() -> Iterator[frimcla.Command]:
    """Offer ``frimcla notebook``."""
    yield frimcla.Command(
        name="notebook",
        factory="frimcla_notebook.command:notebook",
        summary="Write a notebook that compares and trains on your images",
    )
