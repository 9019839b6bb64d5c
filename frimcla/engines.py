"""What runs the extractors of a study: decided once, before anything is described."""

from __future__ import annotations

from collections.abc import Sequence

from .contracts import Progress
from .errors import FrimclaError, PluginError
from .recipes import Recipe, load

JOINED = "+"
"""What stands between the engines of joined extractors."""


def engine_of(recipe: Recipe, wanted: str) -> tuple[str, str]:
    """Return the engine of an extractor and a notice; both empty where it needs none.

    Args:
        recipe: The extractor.
        wanted: The study's setting, or the engine a trained model was made with.

    Raises:
        PluginError: It cannot run here.
        OSError: A file that it needs is not there.
    """
    each = zip(recipe.parts, apart(wanted, len(recipe.parts)), strict=True)
    engines, notices = zip(*(_engine_of(part, one) for part, one in each), strict=True)
    return together(engines), "; ".join(filter(None, notices))


def _engine_of(recipe: Recipe, wanted: str) -> tuple[str, str]:
    component = recipe.component
    if not component.engine:  # type: ignore[attr-defined]
        return "", ""
    try:
        engine, notice = load(component.engine)(wanted, recipe.arguments)  # type: ignore[attr-defined]
    except (FrimclaError, OSError):
        raise
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise PluginError(f"extractor {recipe.label} cannot be made ready: {why}") from error
    return str(engine), str(notice)


def together(engines: Sequence[str]) -> str:
    """Write the engines of joined extractors as one; empty where none of them has one.

    >>> together(["onnx", ""]), together(["", ""])
    ('onnx+', '')
    """
    return JOINED.join(engines) if any(engines) else ""


def apart(engine: str, parts: int) -> list[str]:
    """Return the engine of each of joined extractors; one for all of them goes to each.

    >>> apart("onnx+", 2), apart("auto", 2)
    (['onnx', ''], ['auto', 'auto'])
    """
    return engine.split(JOINED) if JOINED in engine else [engine] * parts


def told(engine: str) -> str:
    """Return what people call the engines of an extractor.

    >>> told("onnx+"), told("onnx+keras+onnx")
    ('onnx', 'onnx, keras')
    """
    return ", ".join(dict.fromkeys(filter(None, engine.split(JOINED))))


def _has_engine(recipe: Recipe) -> bool:
    return bool(recipe.component.engine)  # type: ignore[attr-defined]


def settle_engines(
    recipes: Sequence[Recipe], wanted: str, progress: Progress | None = None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the engine of each extractor by label, and what the user should know of it.

    Raises:
        PluginError: Some cannot run here; all of them are told.
    """
    engines: dict[str, str] = {}
    notices, failures = [], []
    with_engine = sum(any(map(_has_engine, recipe.parts)) for recipe in recipes)
    for recipe in recipes:
        try:
            engines[recipe.label], notice = engine_of(recipe, wanted)
        except FrimclaError as error:
            failures.append(str(error))
            continue
        notices += [notice] if notice else []
        if progress and engines[recipe.label]:
            progress("ready", sum(map(bool, engines.values())), with_engine)
    if failures:
        raise PluginError("\n".join(dict.fromkeys(failures)))  # a part may be joined elsewhere
    return engines, tuple(notices)
