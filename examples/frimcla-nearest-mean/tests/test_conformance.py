import frimcla_nearest_mean
from frimcla.testing import conformance

test_conformance = conformance(frimcla_nearest_mean)
