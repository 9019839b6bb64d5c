"""Every component keeps every rule that reads the menu; `with_torch.py` tries the others."""

from frimcla.testing import conformance
from frimcla_torch import plugin

test_conformance = conformance(
    plugin,
    values={
        "timm": {"model": "vit_small_patch14_dinov2.lvd142m"},
        "huggingface": {"model": "facebook/dinov2-small"},
    },
)
