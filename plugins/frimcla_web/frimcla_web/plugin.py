"""The menu of the plugin: one command. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

import frimcla


@frimcla.hookimpl
def frimcla_commands() -> Iterator[frimcla.Command]:
    """Offer ``frimcla serve``."""
    yield frimcla.Command(
        name="serve",
        factory="frimcla_web.command:serve",
        summary="Show a trained model on a web page, to be tried on images",
    )
