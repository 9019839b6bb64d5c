from frimcla.testing import conformance
from frimcla_sklearn import plugin

test_conformance = conformance(plugin)
