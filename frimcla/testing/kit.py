"""Turns rules into tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping

from frimcla.registry import collect

from .rules import rules_for

HEAVY = frozenset(
    {
        *("cv2", "h5py", "keras", "mahotas", "matplotlib", "numpy", "onnxruntime", "pandas"),
        *("PIL", "scipy", "skimage", "sklearn", "tensorflow", "torch"),
    }
)
"""What importing a hook module must not import."""


def conformance(
    plugin: object, *, expected_failures: Mapping[str, str] | None = None
) -> Callable[..., None]:
    """Return a parametrized test of every rule on every component of *plugin*.

    Args:
        plugin: The module that implements the hooks.
        expected_failures: Reason by test id, for rules the plugin cannot keep. A listed test
            that passes fails the suite.
    """
    import pytest

    known = dict(expected_failures or {})
    name: str = plugin.__name__  # type: ignore[attr-defined]
    cases = [pytest.param(None, _is_light(name), id="plugin:is_light")]
    for component in collect(plugin, name):
        for rule in rules_for(component):
            case = f"{component.kind}:{component.name}:{rule.__name__}"
            marks = [pytest.mark.xfail(reason=known[case], strict=True)] if case in known else []
            cases.append(pytest.param(component, rule, id=case, marks=marks))

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


def _is_light(name: str) -> Callable[[object], None]:
    def is_light(_: object) -> None:
        """Importing the plugin's hook module imports no framework."""
        code = f"import sys, {name}; print(*sys.modules)"
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        heavy = sorted(HEAVY.intersection(run.stdout.split()))
        assert not heavy, f"importing {name} imports {', '.join(heavy)}"

    return is_light
