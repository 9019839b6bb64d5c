"""The menu of the plugin: two commands. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Iterator

import frimcla


@frimcla.hookimpl
def frimcla_commands() -> Iterator[frimcla.Command]:
    """Offer ``frimcla serve`` and ``frimcla studio``."""
    yield frimcla.Command(
        name="serve",
        factory="frimcla_web.command:serve",
        summary="Show a trained model on a web page, to be tried on images",
    )
    yield frimcla.Command(
        name="studio",
        factory="frimcla_web.command:studio",
        summary="Lead from a folder of images to a trained model, in a browser",
    )
