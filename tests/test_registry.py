"""Discovery of plugins: real distributions on disk, in ``installed/``."""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import attrs
import pytest

import frimcla
from frimcla import Classifier, Component, Extractor, Metric, Registry
from frimcla.errors import AmbiguousComponentError, PluginError, UnknownComponentError
from frimcla.registry import DISABLED_VARIABLE, Plugin

INSTALLED = Path(__file__).with_name("installed")
NAMES = "good:shade", "good:spread", "rival:shade"
LOOK = "frimcla list-plugins --components shows what is installed"
KERAS = "pip install frimcla-keras brings networks"
BOTH = f"{LOOK}, pip install frimcla-classic brings colour, texture and shape, {KERAS}"
ACTIVE = ["fake_again", "fake_good", "fake_rival", "fake_twin"]


@pytest.fixture
def discover(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry]:
    """Discover as the command line does, and show only what lies in ``installed/``."""
    monkeypatch.syspath_prepend(INSTALLED)
    monkeypatch.delenv(DISABLED_VARIABLE, raising=False)
    for name in [name for name in sys.modules if name.startswith("fake_")]:
        monkeypatch.delitem(sys.modules, name)

    def fakes(*disabled: str) -> Registry:
        plugins = Registry.discover(disabled).plugins
        return Registry(tuple(p for p in plugins if p.name.startswith("fake_")))

    return fakes


def offering(*components: Component) -> Registry:
    """Return a registry with a plugin, ``one``, that yields *components* as extractors."""

    class Plugin:
        @frimcla.hookimpl
        def frimcla_extractors(self):
            yield from components

    return Registry.of(one=Plugin())


LAB, HSV = (Extractor(name=name, factory="nowhere:it", summary="s") for name in ("lab", "hsv"))


def test_broken_plugins_stop_nobody(discover) -> None:
    plugins = discover().plugins

    assert [p.name for p in plugins if p.status == "active"] == ACTIVE
    assert {p.name: p.problem for p in plugins if p.status == "broken"} == {
        "fake_argument": "PluginError: Plugin 'fake_argument' for hook 'frimcla_extractors' "
        "hookimpl definition: frimcla_extractors(images) Argument(s) {'images'} are declared in "
        "the hookimpl but can not be found in the hookspec",
        "fake_bare": "PluginError: fake_bare: frimcla_metrics lacks @frimcla.hookimpl and would "
        "not be asked",
        "fake_exit": "SystemExit: no licence for this machine",
        "fake_import": "ModuleNotFoundError: No module named 'no_such_framework'",
        "fake_misspelt": "PluginError: unknown hook 'frimcla_extractor' in plugin "
        f"{sys.modules['fake_misspelt']!r}",
        "fake_plain": "TypeError: Channel.depth must be made by frimcla.param",
        "fake_raising": "OSError: no weights",
        "fake_twin": 'the name "fake_twin" is taken',
        "fake_wrong": "PluginError: fake_wrong offers 'accuracy' as metric",
    }
    assert not any(p.components for p in plugins if p.status == "broken")


def test_a_plugin_tells_its_distribution_and_stamps_its_components(discover) -> None:
    (good,) = (p for p in discover().plugins if p.name == "fake_good")

    assert (good.distribution, good.version, good.problem) == ("fake-good", "1.0", "")
    assert [(c.name, c.plugin) for c in good.components] == [
        ("shade", "fake_good"),
        ("spread", "fake_good"),
    ]


def test_of_twins_the_first_by_value_is_kept(discover) -> None:
    first, second = (p for p in discover().plugins if p.name == "fake_twin")

    assert (first.status, first.distribution) == ("active", "fake-twin-one")
    assert (second.status, second.distribution) == ("broken", "fake-twin-two")


def test_the_same_entry_point_twice_counts_once(discover) -> None:
    """A stale editable install beside the real one."""
    (again,) = (p for p in discover().plugins if p.name == "fake_again")

    assert again.status == "active"


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        pytest.param(["fake_import", "fake_good"], "", id="argument"),
        pytest.param([], "fake_import,fake_good", id="variable"),
        pytest.param(["fake_import"], " fake_good , ,", id="both, with blanks"),
    ],
)
def test_a_disabled_plugin_is_never_imported(discover, monkeypatch, arguments, variable) -> None:
    monkeypatch.setenv(DISABLED_VARIABLE, variable)
    others = ["fake_again", "fake_twin"]  # they are made of the same module

    plugins = {p.name: p for p in discover(*arguments, *others).plugins}

    for name in ("fake_good", "fake_import"):
        assert (plugins[name].status, plugins[name].problem) == ("disabled", "by the user")
        assert plugins[name].components == ()
        assert name not in sys.modules
    assert plugins["fake_rival"].status == "active"


class TestFind:
    def test_a_name_that_one_plugin_offers(self, registry: Registry) -> None:
        assert registry.find(Metric, "brier") is registry.all(Metric)["toys:brier"]

    def test_a_name_offered_twice_needs_the_plugin(self, discover) -> None:
        registry = discover("fake_again", "fake_twin")

        assert set(registry.all(Extractor)) == {f"fake_{n}" for n in NAMES}
        assert registry.find(Extractor, "fake_rival:shade").summary == "a rival"
        with pytest.raises(AmbiguousComponentError) as caught:
            registry.find(Extractor, "shade")
        assert str(caught.value) == (
            '"shade" is offered twice; write fake_good:shade or fake_rival:shade, '
            "or add --no-plugin fake_good or --no-plugin fake_rival"
        )

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("lap", 'unknown extractor "lap"; did you mean "lab"?'),
            ("resnet", f'unknown extractor "resnet"; known: hsv, lab; {BOTH}'),
            ("other:lab", 'unknown extractor "other:lab"; did you mean "one:lab"?'),
            ("", f'unknown extractor ""; known: hsv, lab; {BOTH}'),
        ],
    )
    def test_an_unknown_name_hints_at_the_nearest(self, name: str, message: str) -> None:
        with pytest.raises(UnknownComponentError) as caught:
            offering(LAB, HSV).find(Extractor, name)

        assert str(caught.value) == message

    @pytest.mark.parametrize(
        ("installed", "step"),
        [
            pytest.param(["frimcla-classic"], f"{LOOK}, {KERAS}", id="colours only"),
            pytest.param(["frimcla-classic", "frimcla-keras"], LOOK, id="all of ours"),
        ],
    )
    def test_a_name_like_no_other_names_the_package_to_install(self, installed, step) -> None:
        """Even where so much is installed that the names are not listed."""
        many = [attrs.evolve(LAB, name=f"lab_{number}") for number in range(13)]
        plugins = [Plugin(name=name, distribution=name) for name in installed]
        registry = Registry((attrs.evolve(plugins[0], components=tuple(many)), *plugins[1:]))

        with pytest.raises(UnknownComponentError) as caught:
            registry.find(Extractor, "vgg16")

        assert str(caught.value) == f'unknown extractor "vgg16"; {step}'

    @pytest.mark.parametrize("name", ["onnx", "timm", "huggingface"])
    def test_networks_of_other_packages_name_theirs(self, name: str) -> None:
        with pytest.raises(UnknownComponentError, match=f'"{name}": pip install frimcla-(on|to)'):
            offering(LAB, HSV).find(Extractor, name)

    def test_an_unknown_name_tells_who_is_not_active(self, discover) -> None:
        plugins = discover("fake_rival").plugins
        names = {"fake_good", "fake_import", "fake_rival"}

        with pytest.raises(UnknownComponentError) as caught:
            Registry(tuple(p for p in plugins if p.name in names)).find(Extractor, "gabor")

        assert str(caught.value) == (
            f'unknown extractor "gabor"; known: shade, spread; {BOTH}\n'
            "plugin fake_import is broken: ModuleNotFoundError: No module named "
            "'no_such_framework'\n"
            "plugin fake_rival is disabled: by the user"
        )

    @pytest.mark.parametrize(
        ("kind", "package"),
        [
            (Extractor, "frimcla-classic"),
            (Classifier, "frimcla-sklearn"),
            (Metric, "frimcla-sklearn"),
        ],
    )
    def test_without_any_plugin_it_says_what_to_install(self, kind, package: str) -> None:
        sentence = (
            f'no active plugin brings {kind.kind}s; install "{package}": pip install {package}'
        )

        assert Registry(()).none_of(kind) == sentence
        with pytest.raises(UnknownComponentError) as caught:
            Registry(()).find(kind, "lab")
        assert str(caught.value) == f'unknown {kind.kind} "lab": {sentence}'


class TestContract:
    def test_a_name_is_offered_once(self) -> None:
        with pytest.raises(PluginError, match=r'^one offers extractor "lab" twice$'):
            offering(LAB, HSV, LAB)

    def test_an_extractor_is_no_metric(self) -> None:
        metric = Metric(name="a", factory="b:c", summary="help")

        with pytest.raises(PluginError) as caught:
            offering(metric)

        assert str(caught.value) == f"one offers {metric!r} as extractor"

    def test_a_strange_hook_is_refused(self, discover) -> None:
        plugin = import_module("fake_misspelt")

        with pytest.raises(PluginError) as caught:
            Registry.of(one=plugin)

        assert str(caught.value) == f"unknown hook 'frimcla_extractor' in plugin {plugin!r}"

    def test_a_hook_without_the_mark_is_refused(self) -> None:
        class Plugin:
            @frimcla.hookimpl
            def frimcla_extractors(self):
                return [LAB]

            def frimcla_classifiers(self):
                return []

        with pytest.raises(PluginError) as caught:
            Registry.of(one=Plugin())

        assert str(caught.value) == (
            "one: frimcla_classifiers lacks @frimcla.hookimpl and would not be asked"
        )
