import frimcla_notebook.plugin
from frimcla.testing import conformance

test_conformance = conformance(frimcla_notebook.plugin)
