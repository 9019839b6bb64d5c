import json

import attrs
import pytest

import frimcla
from frimcla import Registry
from frimcla.listing import listed, listed_json
from frimcla.registry import Plugin


@attrs.frozen
class Bins:
    bins: tuple = frimcla.param((8, 8, 8), "per channel", between=(1, 256))
    space: str = frimcla.param("lab", "colour space", choices=("lab", "hsv"), optional=True)


LAB = frimcla.Extractor(name="lab", factory="a:b", params=Bins, summary="joint histogram")
HSV = frimcla.Extractor(name="hsv", factory="a:b", summary="another")
ERRORS = frimcla.Metric(name="errors", factory="a:b", summary="share, 0 to 1")


TORCH = "ModuleNotFoundError: No module named 'torch'"


@pytest.fixture
def registry() -> Registry:
    ours = {"distribution": "frimcla-c", "version": "1.0", "components": (LAB, HSV, ERRORS)}
    return Registry(
        (
            Plugin(name="colours", **ours),
            Plugin(name="empty", version="0.1"),
            Plugin(name="keras", version="12.0rc1", status="disabled", problem="by the user"),
            Plugin(name="timm", status="broken", problem=TORCH),
        )
    )


def test_a_line_per_plugin(registry: Registry) -> None:
    assert (
        listed(registry, components=False)
        == """\
PLUGIN   VERSION  STATUS    OFFERS
colours  1.0      active    2 extractors, 1 metric
empty    0.1      active    nothing
keras    12.0rc1  disabled  by the user
timm              broken    ModuleNotFoundError: No module named 'torch'"""
    )


def test_a_line_per_component(registry: Registry) -> None:
    assert (
        listed(registry, components=True)
        == """\
PLUGIN   VERSION  STATUS       OFFERS
colours  1.0      active       2 extractors, 1 metric
                    extractor  lab: joint histogram (bins = [8, 8, 8], space = "lab")
                    extractor  hsv: another
                    metric     errors: share, 0 to 1
empty    0.1      active       nothing
keras    12.0rc1  disabled     by the user
timm              broken       ModuleNotFoundError: No module named 'torch'"""
    )


def test_the_plugin_of_the_core_is_none_to_work_with() -> None:
    core = Plugin(name="builtin", distribution="frimcla", version="2.0")

    told = listed(Registry((core,)), False).splitlines()

    assert told[-1] == (
        "but for that of the core, no plugin is installed; "
        "pip install frimcla[standard] brings ours"
    )
    other = Plugin(name="mine", distribution="frimcla-mine")
    assert "no plugin" not in listed(Registry((core, other)), False)


@pytest.mark.parametrize("components", [False, True])
def test_no_plugin_at_all_says_what_to_install(components: bool) -> None:
    assert listed(Registry(()), components) == (
        "no plugin is installed; pip install frimcla[standard] brings ours"
    )
    assert listed_json(Registry(())) == "[]"


def test_programs_get_everything(registry: Registry) -> None:
    bins = {"default": [8, 8, 8], "must_be": "3 integers between 1 and 256", "help": "per channel"}
    space = {"default": "lab", "must_be": 'one of lab, hsv or "none"', "help": "colour space"}
    lab = {"name": "lab", "summary": "joint histogram", "params": {"bins": bins, "space": space}}
    hsv = {"name": "hsv", "summary": "another", "params": {}}
    errors = {"name": "errors", "summary": "share, 0 to 1", "params": {}}
    none = {"distribution": "", "version": "", "status": "active", "problem": "", "components": []}
    told = {"status": "disabled", "problem": "by the user"}

    first, *others = json.loads(listed_json(registry))

    assert first == {
        **none,
        "name": "colours",
        "distribution": "frimcla-c",
        "version": "1.0",
        "components": [
            {"kind": "extractor", **lab},
            {"kind": "extractor", **hsv},
            {"kind": "metric", **errors},
        ],
    }
    assert others == [
        {**none, "name": "empty", "version": "0.1"},
        {**none, "name": "keras", "version": "12.0rc1", **told},
        {**none, "name": "timm", "status": "broken", "problem": TORCH},
    ]
