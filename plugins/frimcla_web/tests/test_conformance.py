import frimcla_web.plugin
from frimcla.testing import conformance

test_conformance = conformance(frimcla_web.plugin)
