"""The menu: widths, labels, limits, and what enters the key."""

from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

from frimcla.errors import PluginError
from frimcla.params import limits_of
from frimcla.passports import passport_of
from frimcla.testing import toy_images
from frimcla.versions import short
from frimcla_classic import plugin

MENU = {component.name: component for component in plugin.frimcla_extractors()}
WIDTHS = {
    "lab": 512,
    "hsv": 512,
    "colour_moments": 9,
    "haralick": 13,
    "lbp": 26,
    "hog": 1764,
    "haar_hog": 1777,
    "radial": 84,
    "zernike": 25,
    "gabor": 48,
    "wavelet": 45,
    "scattering": 53,
    "tamura": 27,
    "granularity": 32,
    "tas": 54,
    "textures": 180,
    "mean_colour": 3,
    "image_size": 3,
}


REFUSED = [
    ("lab", {"bins": (256, 256, 256)}),
    ("hsv", {"bins": (256, 256, 256)}),
    ("hog", {"side": 8}),
    ("hog", {"cell": 512}),
    ("hog", {"block": 16}),
]


def extremes():
    """Return each component with each parameter at each end of its limits.

    Not those of `haar_hog`, which hands them to `hog` and `haralick`.
    """
    cases = []
    for component in (MENU[name] for name in WIDTHS if name != "haar_hog"):
        for name, limits in limits_of(component.params).items():
            ends = limits.choices or limits.between or (True, False)
            for value in ends:
                many = isinstance(limits.default, tuple)
                values = {name: len(limits.default) * (value,) if many else value}
                case = f"{component.name}:{name}={value}"
                cases.append(pytest.param(component, values, id=case))
    return cases


def test_widths_at_defaults():
    built = {
        name: component.recipe().build()(toy_images(component.sees))
        for name, component in MENU.items()
    }

    assert {name: rows.shape[1] for name, rows in built.items()} == WIDTHS


@pytest.mark.parametrize(("component", "values"), extremes())
def test_any_value_within_the_limits_works_or_is_refused_by_name(component, values):
    recipe = component.recipe(**values)
    if (component.name, values) in REFUSED:
        with pytest.raises(PluginError, match=f"cannot be made: .*{next(iter(values))}"):
            recipe.build()
        return
    rows = recipe.build()(toy_images(component.sees))

    assert np.isfinite(rows).all()
    assert rows.dtype == np.float32
    assert rows.shape[1] == passport_of(recipe).features


@pytest.mark.parametrize("name", MENU)
def test_mirrored_views_of_read_only_images_are_welcome(name):
    extract = MENU[name].recipe().build()
    views = [image[::-1, ::-1] for image in toy_images(MENU[name].sees)]

    np.testing.assert_array_equal(extract(views), extract([view.copy() for view in views]))


def test_what_compares_or_averages_levels_sees_the_full_depth():
    seen = {component.name: component.sees for component in MENU.values()}

    assert [name for name in seen if seen[name] == "float"] == [
        "haralick",
        "lbp",
        "hog",
        "haar_hog",
        "radial",
        "zernike",
        "gabor",
        "wavelet",
        "scattering",
        "tamura",
        "granularity",
        "tas",
        "textures",
        "mean_colour",
    ]


def test_labels_are_those_papers_print():
    assert [component.recipe().label for component in MENU.values()] == [
        "LAB888",
        "HSV888",
        "ColourMoments",
        "Haralick",
        "LBP",
        "HOG",
        "HaarHOG",
        "Radial",
        "Zernike",
        "Gabor",
        "Wavelet",
        "Scattering",
        "Tamura",
        "Granularity",
        "TAS",
        "Textures",
        "MeanColour",
        "ImageSize",
    ]
    assert MENU["lab"].recipe(bins=[4, 4, 4]).label == "LAB444"


@pytest.fixture
def installed(monkeypatch):
    """Pretend that exactly these distributions are installed."""
    versions = {}

    def version(name):
        if name not in versions:
            raise PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr("frimcla.versions.version", version)
    short.cache_clear()
    yield versions
    short.cache_clear()


def test_the_key_holds_the_versions_that_may_change_numbers(installed):
    installed |= {"opencv-python": "5.0.0.93", "mahotas": "1.4.19", "scikit-image": "0.26.1"}
    installed |= {"scipy": "1.17.1", "PyWavelets": "1.9.0"}

    assert plugin.engine_opencv({}) == {"opencv": "5"}
    assert plugin.engine_mahotas({}) == {"opencv": "5", "mahotas": "1"}
    assert plugin.engine_skimage({}) == {"opencv": "5", "scikit-image": "0.26"}
    assert plugin.engine_scipy({}) == {"opencv": "5", "scipy": "1"}
    assert plugin.engine_wavelets({}) == {"opencv": "5", "pywavelets": "1"}
    assert plugin.engine_both({}) == {"opencv": "5", "mahotas": "1", "scikit-image": "0.26"}


def test_the_key_tells_two_opencvs_and_none(installed):
    assert plugin.engine_opencv({}) == {"opencv": "unknown"}

    short.cache_clear()
    installed |= {"opencv-python": "4.14.0.94", "opencv-contrib-python-headless": "5.0.0.93"}
    assert plugin.engine_opencv({}) == {"opencv": "4, 5"}
