"""Turns rules into tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from frimcla.components import Component
from frimcla.params import limits_of, param
from frimcla.registry import collect
from frimcla.weights import absent, missing

from .rules import WITHOUT_RUNNING, rules_for

HEAVY = frozenset(
    {
        *(
            "cv2",
            "h5py",
            "imagecodecs",
            "keras",
            "mahotas",
            "matplotlib",
            "numpy",
            "onnxruntime",
            "pandas",
        ),
        *("PIL", "scipy", "skimage", "sklearn", "tensorflow", "tifffile", "torch"),
    }
)
"""What importing a hook module must not import."""


def conformance(
    plugin: object,
    *,
    expected_failures: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[..., None]:
    """Return a parametrized test of every rule on every component of *plugin*.

    Args:
        plugin: The module that implements the hooks.
        expected_failures: Reason by test id, for rules the plugin cannot keep. A listed test
            that passes fails the suite.
        values: Parameters by name of the component, to be tried instead of its defaults: an
            extractor whose default weights are not at hand can be tried with random ones. One
            that is not cannot be run, and its tests say so.
    """
    import pytest

    known = dict(expected_failures or {})
    name: str = plugin.__name__  # type: ignore[attr-defined]
    cases = [pytest.param(None, _is_light(name), id="plugin:is_light")]
    for offered in collect(plugin, name):
        component = with_defaults(offered, (values or {}).get(offered.name, {}))
        lacking = _lacking(component)
        for rule in rules_for(component):
            case = f"{component.kind}:{component.name}:{rule.__name__}"
            marks = [pytest.mark.xfail(reason=known[case], strict=True)] if case in known else []
            if lacking and rule not in WITHOUT_RUNNING:
                continue
            cases.append(pytest.param(component, rule, id=case, marks=marks))
        if lacking:
            skipped = pytest.mark.skip(reason=lacking)
            case = f"{component.kind}:{component.name}:rules_that_run_it"
            cases.append(pytest.param(component, None, id=case, marks=skipped))

    if unknown := known.keys() - {case.id for case in cases}:
        raise ValueError(f"no such case: {', '.join(sorted(unknown))}")

    @pytest.mark.parametrize(("component", "rule"), cases)
    def test_conformance(component, rule):  # type: ignore[no-untyped-def]
        try:
            rule(component)
        except Exception as error:
            error.add_note(f"The rule: {rule.__doc__}")
            raise

    return test_conformance  # type: ignore[no-any-return]


def with_defaults(component: Component, values: Mapping[str, Any]) -> Component:
    """Return *component* with other defaults."""
    if not values:
        return component
    fields = {
        name: param(
            values.get(name, one.default),
            one.help,
            **{key: getattr(one, key) for key in ("choices", "between", "length", "optional")},
            path=one.path,
            required=one.required,
        )
        for name, one in limits_of(component.params).items()
    }
    here, name = sys.modules[__name__], component.params.__name__
    while hasattr(here, name):  # of a component that is tried with several defaults
        name += "_"
    params = attrs.make_class(name, fields, frozen=True)
    setattr(here, name, params)  # pickle looks it up by its name
    params.__module__ = __name__
    return attrs.evolve(component, params=params)


def _lacking(component: Component) -> str:
    """Say which weights an extractor cannot be run without here, if any."""
    file = absent(component.recipe())
    return missing(file, component.name) if file else ""


def _is_light(name: str) -> Callable[[object], None]:
    def is_light(_: object) -> None:
        """Importing the plugin's hook module, and asking for work, imports no framework."""
        code = _ASKED.format(name=name)
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        heavy = sorted(HEAVY.intersection(run.stdout.split()))
        assert not heavy, f"importing {name}, or asking for work, imports {', '.join(heavy)}"

    return is_light


_ASKED = """\
import sys
import {name} as plugin
from frimcla.prices import work_of
from frimcla.registry import collect
for component in collect(plugin, "asked"):
    work_of(component.recipe())
print(*sys.modules)
"""
