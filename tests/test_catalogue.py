"""What is known of extractors: lists, passports, and what papers and reports say of them."""

from __future__ import annotations

import json
import re

import attrs
import networky
import pytest
from click.testing import CliRunner
from toys import Toys

import frimcla
from frimcla import workflow
from frimcla.catalogue import Entry, Wanted, as_json, entries, entry, listed, passport, provenance
from frimcla.cli import main
from frimcla.components import Extractor
from frimcla.errors import PluginError
from frimcla.files import sha256
from frimcla.passports import PERMISSIVE
from frimcla.planning import check_recipes
from frimcla.registry import Registry
from frimcla.reporting.sources import sources_of
from frimcla.study import Study
from frimcla.weights import HDF5

REGISTRY = frimcla.Registry.of(toys=Toys(), networky=networky)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A folder for weights, empty."""
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "cache" / "weights"


def here(cache):
    cache.mkdir(parents=True)
    (cache / "net.h5").write_bytes(HDF5)


def names(**wanted):
    return [one.name for one in entries(REGISTRY, Wanted(**wanted))]


def test_a_table_tells_origin_size_and_licences():
    table = listed(REGISTRY, entries(REGISTRY, Wanted()))

    assert table.splitlines()[0].split() == (
        ["EXTRACTOR", "NUMBERS", "YEAR", "CODE", "WEIGHTS", "MB", "WORK", "HERE"]
    )
    rows = {line.split()[0]: line.split()[1:] for line in table.splitlines()[1:6] if line}
    assert rows["mean_colour"] == ["unknown", "none", "yes"]
    assert rows["published"] == ["3", "2014", "MIT", "MIT", "58.0", "4", "no"]
    assert rows["net"] == ["3", "2014", "MIT", "of", "your", "file", "4", "yes"]
    assert "5 of 5 extractors." in table


def test_lists_are_narrowed(cache):
    assert names() == ["mean_colour", "edges", "number", "net", "published"]
    assert names(permissive=True) == ["published"]  # what is not known may not be used for all
    assert names(offline=True) == ["mean_colour", "edges", "number", "net"]
    assert names(max_mb=57.9) == ["mean_colour", "edges", "number", "net"]
    assert names(max_mb=58) == names()
    here(cache)
    assert names(offline=True) == names()
    assert listed(REGISTRY, []) == "none of 5 extractors is like that; leave out an option"
    assert "pip install" in listed(Registry(()), [])


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "CC-BY-NC-4.0", "", "unknown", "mit"])
def test_other_licences_are_not_permissive(licence):
    assert licence not in PERMISSIVE


def test_a_passport_tells_everything_and_whom_to_cite(cache):
    here(cache)

    said = passport(entry(REGISTRY, "published"))

    assert said == (
        "published: steps in a thumb\n\n"
        "code        MIT\n"
        "year        2014\n"
        "sees        16 x 16, RGB\n"
        "gives       3 numbers\n"
        "trained on  Thumbs-1k\n"
        "work        4.5 million multiply-adds per image\n"
        "weights     net.h5, 58.0 MB, MIT\n"
        "from        https://weights.invalid/net.h5\n"
        "published   no hash: what comes first counts from then on\n"
        f"here        {cache / 'net.h5'}\n"
        f"content     SHA-256 {sha256(HDF5)} (net.h5)\n"
        "parameters  scale\n\n"
        "@inproceedings{thumb2014a,\n"
        "  author = {Thumb, Tom},\n"
        "  title = {Small {I}mages},\n"
        "  year = {2014},\n"
        "}"
    )


def test_programs_get_all_of_it(cache):
    here(cache)

    (found,) = json.loads(as_json(entries(REGISTRY, Wanted(permissive=True))))

    assert found["name"] == "published"
    assert found["permissive"] is True
    assert found["million_multiply_adds"] == 4.5
    assert found["cites"] == ["thumb2014a"]
    assert found["weights"][0]["url"] == "https://weights.invalid/net.h5"
    assert re.fullmatch("[0-9a-f]{64}", found["content"]["net.h5"])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["extractors", "nett"], 1, 'unknown extractor "nett"; did you mean "net"?'),
        (["extractors", "net", "--offline"], 2, "takes no --licence and the like"),
        (["extractors", "--licence", "free"], 2, "permissive"),
        (["extractors", "--max-mb", "-1"], 2, "-1"),
        (["extractors", "net", "--json"], 0, '"code_licence": "MIT"'),
        (["extractors", "--offline"], 0, "4 of 5 extractors."),
    ],
)
def test_the_command(arguments, code, said):
    done = CliRunner().invoke(main, arguments, obj=REGISTRY)

    assert done.exit_code == code
    assert said in done.output


@pytest.mark.parametrize("told", ["nothing", "weights", "logged", "frimcla_extractors"])
def test_a_passport_that_cannot_be_read_is_told_before_a_study_begins(told, tmp_path, cells):
    broken = attrs.evolve(REGISTRY.find(Extractor, "net"), passport=f"networky:{told}")
    study = Study(images=cells, output=tmp_path, extractors=(broken.recipe(),), classifiers=())

    for ask in (lambda: Entry.of("net", broken.recipe()), lambda: check_recipes(study)):
        with pytest.raises(PluginError, match="the passport of extractor net cannot be read"):
            ask()


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": 1799},
        {"code": "MIT\nGPL"},
        {"sees": "\x1b[2J"},
        {"trained_on": 3},
        {"cites": ("holm1979",)},
    ],
)
def test_passports_are_lines_and_references(wrong):
    with pytest.raises((ValueError, TypeError), match=next(iter(wrong))):
        attrs.evolve(networky.passport({}), **wrong)


def test_a_study_cites_and_records_what_it_used(tmp_path, cells):
    path = tmp_path / "study.toml"
    path.write_text(
        f'images = "{cells.as_posix()}"\nmetric = "accuracy"\nclassifiers = ["nearest_mean"]\n'
        'extractors = [{join = ["net", "edges"]}, "mean_colour", {name = "net", scale = 2}]\n'
        "folds = 3\nnested = false\ncontrols = false\nn_jobs = 1\n"
    )
    result = workflow.run(path, registry=REGISTRY)
    output = result.study.output

    methods, bibliography = ((output / f"methods.{end}").read_text() for end in ("txt", "bib"))
    assert (
        "Images were described by net & EDGES [@thumb2014a], MEAN and net(scale=2) [@thumb2014a]. "
        "No publication is known here for EDGES and MEAN. "
    ) in methods
    assert "net and net(scale=2) were trained on Thumbs-1k, and not further." in methods
    assert bibliography.count("@inproceedings{thumb2014a,") == 1
    record = json.loads((output / "run.json").read_text())
    assert list(sources_of(record)) == [
        ("net & EDGES: net", "3", "2014", "MIT", "none", ""),
        ("net & EDGES: EDGES", "", "", "unknown", "none", ""),
        ("MEAN", "", "", "unknown", "none", ""),
        ("net(scale=2)", "3", "2014", "MIT", "none", ""),
    ]
    page = (output / "report.html").read_text()
    assert "What described the images" in page
    assert "Small {I}mages" in page


def test_a_record_does_not_tell_where_files_lie(cache):
    here(cache)

    (part,) = provenance([REGISTRY.find(Extractor, "published").recipe()])["published"]

    assert part["content"] == {"net.h5": sha256(HDF5)}
    assert str(cache) not in json.dumps(part)


@pytest.mark.parametrize("damaged", [None, [], {"a": 3}, {"a": [3]}, {"a": [{"weights": [1]}]}])
def test_a_damaged_record_makes_no_damage(damaged):
    list(sources_of({"extractors": damaged}))
