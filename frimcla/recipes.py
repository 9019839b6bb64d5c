"""An order from the menu: a component with its parameters filled in.

`Recipe.build` is the only place where heavy frameworks get imported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import attrs

from .errors import PluginError
from .params import limits_of

if TYPE_CHECKING:
    from .components import Component


def load(factory: str | Callable[..., Any]) -> Callable[..., Any]:
    """Return *factory*, imported if it is an import path."""
    if callable(factory):
        return factory
    from importlib import import_module

    module, _, attribute = factory.partition(":")
    return getattr(import_module(module), attribute)  # type: ignore[no-any-return]


@attrs.frozen(kw_only=True)
class Recipe:
    """A component with its parameters filled in: all it takes to rebuild it.

    Attributes:
        component: What is made.
        params: An instance of ``component.params``.
        pinned: Searched parameters that the user wrote: never searched, even at the default.
        given_label: The user's name for it, if any.
    """

    component: Component
    params: Any
    pinned: frozenset[str] = frozenset()
    given_label: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The parameters by name, defaults included."""
        return attrs.asdict(self.params, recurse=False)

    @property
    def arguments(self) -> dict[str, Any]:
        """What the factory is called with: the component's own arguments and the parameters."""
        return dict(self.component.fixed) | self.values

    @property
    def label(self) -> str:
        """The name on plots: the user's, or the component's label filled in.

        Parameters that were changed and that the label template does not mention are
        appended, so that two recipes of one component never share a label by accident. Files
        do not show: a path says more of a disk than of a method.
        """
        if self.given_label:
            return self.given_label
        limits = limits_of(self.component.params)
        texts = {name: compact(value) for name, value in self.values.items()}
        template = self.component.label
        shown = {field for _, field, _, _ in Formatter().parse(template) if field}
        rest = [
            f"{name}={texts[name]}"
            for name, value in self.values.items()
            if name not in shown
            and not limits[name].is_file(value)
            and (value != limits[name].default or name in self.pinned)
        ]
        text = template.format_map(texts)
        return f"{text}({', '.join(rest)})" if rest else text

    @property
    def parts(self) -> tuple[Recipe, ...]:
        """What it is made of: itself, or the extractors that `frimcla.joining` joins."""
        return (self,)

    @property
    def identity(self) -> list[Any]:
        """All that changes its numbers, as JSON; a file counts by its content."""
        component = self.component
        return [
            component.kind,
            component.plugin,
            component.name,
            component.revision,
            dict(component.fixed),
            self._content(),
            sorted(self.pinned),
            self._identified(),
        ]

    @property
    def key(self) -> str:
        """The identity of what it computes: ``"lab-5f0c12ab91d2"``. The label is not in it."""
        from .keys import digest

        return f"{self.component.name}-{digest(self.identity)}"

    def build(self, **extra: Any) -> Any:
        """Import the framework and make the thing.

        Raises:
            PluginError: The factory cannot be imported, or refuses its parameters.
        """
        component = self.component
        what = f"{component.kind} {self.label}"
        try:
            make = load(component.factory)
        except (ImportError, AttributeError) as error:
            hint = f"; reinstall the plugin {component.plugin}" if component.plugin else ""
            raise PluginError(f"{what} cannot be loaded: {error}{hint}") from error
        try:
            return make(**self.arguments, **extra)
        except (ValueError, TypeError, OSError) as error:
            raise PluginError(f"{what} cannot be made: {error}") from error

    def _identified(self) -> dict[str, str]:
        """Return what the plugin says of itself besides its parameters."""
        component = self.component
        if not component.identify:
            return {}
        try:
            return load(component.identify)(self.arguments)  # type: ignore[no-any-return]
        except (ImportError, AttributeError) as error:
            what = f"{component.kind} {component.name} cannot be identified: {error}"
            raise PluginError(f"{what}; its plugin must be mended") from error

    def _content(self) -> dict[str, Any]:
        """Return the values, each file replaced by the SHA-256 of what it holds."""
        from .files import sha256_of_file

        limits = limits_of(self.component.params)
        return {
            name: sha256_of_file(Path(value)) if limits[name].is_file(value) else value
            for name, value in self.values.items()
        }


@attrs.frozen(kw_only=True)
class Pair:
    """An extractor and a classifier: what a study compares."""

    extractor: Recipe
    classifier: Recipe

    @property
    def label(self) -> str:
        """``"LAB444 + SVM"``."""
        return f"{self.extractor.label} + {self.classifier.label}"

    @property
    def key(self) -> str:
        """A name for files: ``"lab-c7455991aa01--svm-819dff15bb02"``."""
        return f"{self.extractor.key}--{self.classifier.key}"


def compact(value: Any) -> str:
    """Write a parameter value the way it reads best on a plot.

    >>> compact((4, 4, 4)), compact((4, 16, 4)), compact(0.25), compact("max")
    ('444', '4x16x4', '0.25', 'max')
    """
    if isinstance(value, tuple):
        parts = [compact(part) for part in value]
        if len(parts) == 1:  # (12,) must not read like (1, 2)
            return f"({parts[0]})"
        return ("" if all(len(part) == 1 for part in parts) else "x").join(parts)
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)
