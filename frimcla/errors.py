"""Errors a user can act on.

Every message says where, what the rule is, what was found, and what to do next. The
command line prints it without a traceback; a library caller catches `FrimclaError`.
"""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 20
"""How many problems a message lists before it only counts the rest."""


class FrimclaError(Exception):
    """Base of every error FrimCla raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows (IPython asks for it): the sentence alone."""
        return [f"Error: {self}"]


class UnknownComponentError(FrimclaError, LookupError):
    """No active plugin offers a component of that name."""


class AmbiguousComponentError(FrimclaError, LookupError):
    """Several plugins offer a component of that name."""


class PluginError(FrimclaError):
    """A plugin breaks the contract it signed by registering."""


class ImageError(FrimclaError):
    """One file cannot be used as an image."""


class BundleError(FrimclaError):
    """A file is not a trained model that can be used here."""


class WeightsError(FrimclaError):
    """Trained weights are missing, damaged or not what they should be."""


class ReadOnlyError(FrimclaError):
    """A folder cannot be written."""


class SpaceError(FrimclaError):
    """The disk is full."""


class BusyError(FrimclaError):
    """Another run is active in a folder."""


class ProblemsError(FrimclaError):
    """Several things are wrong, all of them told at once.

    Attributes:
        source: What has the problems: a file or a folder, as the user wrote it.
        problems: Pairs of place and sentence.
    """

    def __init__(self, source: str, problems: Iterable[tuple[str, str]]) -> None:
        self.source = source
        self.problems = tuple(problems)
        super().__init__(_tell(source, self.problems))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[tuple[str, str], ...]]]:
        """Pickle by the arguments: the message alone would not rebuild it."""
        return type(self), (self.source, self.problems)


class ConfigError(ProblemsError):
    """A configuration is wrong. Carries every problem, not the first."""


class DatasetError(ProblemsError):
    """A folder of images cannot be studied. Carries every problem, not the first."""


def _tell(source: str, problems: tuple[tuple[str, str], ...]) -> str:
    shown = problems[:SHOWN]
    width = max((len(where) for where, _ in shown), default=0)
    below = "\n" + " " * (width + 4)
    lines = [f"  {where:<{width}}  {what.replace(chr(10), below)}" for where, what in shown]
    if len(problems) > SHOWN:
        lines.append(f"  ... and {len(problems) - SHOWN} more")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return "\n".join([f"{source} has {count}", *lines])


def did_you_mean(word: str, known: Iterable[str], *, most: int = 12) -> str:
    """Return a hint naming the closest known word, or all of them if they are at *most* so many.

    >>> did_you_mean("vg16", ["vgg16", "vgg19", "lab"])
    '; did you mean "vgg16"?'
    >>> did_you_mean("resnet", ["lab", "hsv"])
    '; known: hsv, lab'
    """
    from difflib import get_close_matches

    names = sorted(known)
    if close := get_close_matches(word, names, n=1):
        return f'; did you mean "{close[0]}"?'
    return f"; known: {', '.join(names)}" if 0 < len(names) <= most else ""


def readable(text: str) -> str:
    """Return *text* with what cannot be seen, or turns the direction of a line, spelled out."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
