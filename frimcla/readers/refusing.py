"""Turns the dozen ways in which libraries report damage into one sentence; keeps them quiet."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from frimcla.errors import ImageError


@contextmanager
def refusing(kind: str) -> Iterator[None]:
    """Raise every failure inside as an `ImageError` of one sentence.

    Warnings are swallowed: damaged metadata are no matter where the pixels are sound.

    Args:
        kind: What is being read: ``"PNG"``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except ImageError as error:
        raise ImageError(str(error)) from None
    except MemoryError:
        raise ImageError("needs more memory than there is to be decoded") from None
    except Exception as error:
        raise ImageError(
            f"is {kind}, but damaged or truncated ({shortly(error)}); replace it"
        ) from None


@contextmanager
def hushed(name: str) -> Iterator[None]:
    """Drop what the logger *name* says in this thread, and leave it as it was.

    Without a handler Python writes warnings of libraries on the user's screen.
    """
    thread, logger = threading.get_ident(), logging.getLogger(name)

    def elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    logger.addFilter(elsewhere)
    try:
        yield
    finally:
        logger.removeFilter(elsewhere)


def shortly(error: Exception) -> str:
    """Return the first line of what an exception says, without its dots and addresses."""
    text = " ".join(str(error).partition("\n")[0].split())
    strange = not text or "object at 0x" in text or "<" in text
    return type(error).__name__ if strange else text[:80].rstrip(". ")
