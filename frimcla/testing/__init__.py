"""The conformance kit: one line of test code for a whole plugin.

In a plugin's ``tests/test_conformance.py``::

    import frimcla_gabor
    from frimcla.testing import conformance

    test_conformance = conformance(frimcla_gabor)

Every component the plugin offers is checked against every rule of its contract, one test
each. The plugins shipped with FrimCla pass the same kit.
"""

try:
    import pytest
except ModuleNotFoundError:  # rules can be called without it, in a notebook say
    pass
else:
    pytest.register_assert_rewrite("frimcla.testing.rules")  # show values, not just "assert"

from .data import toy_dataset, toy_images
from .kit import conformance
from .rules import RULES, check_reader, rules_for

__all__ = ["RULES", "check_reader", "conformance", "rules_for", "toy_dataset", "toy_images"]
