import frimcla_error_rate
from frimcla.testing import conformance

test_conformance = conformance(frimcla_error_rate)
