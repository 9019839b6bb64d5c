"""Every component keeps every rule of its contract."""

from frimcla.testing import conformance
from frimcla_classic import plugin

test_conformance = conformance(plugin)
