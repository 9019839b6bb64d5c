"""Every component keeps every rule of its contract.

Rules that need a network at work run on two small ones, on GoogLeNet, and on the beginning of
OverFeat, which is too large as a whole; the others differ in the table only, and
`all_networks.py` builds them all.
"""

from frimcla.testing import conformance
from frimcla_keras import plugin

test_conformance = conformance(
    plugin,
    values={
        "mobilenet": {"alpha": 0.25, "weights": "random"},
        "mobilenet_v3_small": {"weights": "random"},
        "googlenet": {"weights": "random"},
        "overfeat": {"weights": "random", "layer": "pool1"},
    },
)
