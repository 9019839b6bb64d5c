"""What is wrong with an ONNX file, in a sentence that goes on from its name."""

from __future__ import annotations

from frimcla.errors import FrimclaError, readable

LONGEST = 80
"""Letters of a name that are shown."""


class RefusedError(FrimclaError):
    """A model is not run. The sentence calls it "it"."""


def named(name: str) -> str:
    r"""Return a name out of a file of somebody else, to be shown: one line, and a short one.

    >>> named("conv\n1")
    '"conv\\n1"'
    """
    text = readable(name[:LONGEST])
    return f'"{text}..."' if len(name) > LONGEST else f'"{text}"'
