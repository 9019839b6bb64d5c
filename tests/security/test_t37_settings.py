"""T37, T38: settings that are bombs, or name code. Their words: test_toml.py."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bundles import forged

YAML = """
images: !!python/object/apply:os.system ["touch CANARY"]
"""
LAUGHS = "a: &a [lol, lol]\nb: &b [*a, *a]\nimages: [*b, *b]\n"
DEEP = '{"images": ' + "[" * 100_000
TWICE = '{"images": "cells", "images": "other"}'
SETTINGS = {
    "study.yaml": (YAML, "syntax"),
    "laughs.yaml": (LAUGHS, "syntax"),
    "deep.json": (DEEP, "is nested too deeply"),
    "deep.toml": ("images = " + "[" * 100_000, "is nested too deeply"),
    "dotted.toml": (".".join("a" * 100_000) + " = 1", "has over 5,000 dots: not a study"),
    "twice.json": (TWICE, '"images" stands there twice'),
    "twice.toml": ('images = "cells"\nimages = "other"', "Cannot overwrite a value"),
    "number.json": ('{"images": "cells", "folds": NaN}', "must be an integer"),
    "number.toml": ('images = "cells"\nfolds = inf', "must be an integer"),
    "digits.toml": ('images = "cells"\nseed = ' + "9" * 5000, "digits"),
    "zero.toml": ('images = "ce\\u0000lls"', "images"),
    "archive.tar": ("ustar", "syntax"),
    "archive.zip": ("PK\3\4", "syntax"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_are_none_are_refused_in_a_sentence(frimcla, home, canary, name) -> None:
    text, what = SETTINGS[name]
    (home / name).write_text(text.replace("CANARY", str(canary)))

    told = frimcla(home, "run", name).refusal()

    assert what in told
    assert len(told.splitlines()) <= 3
    assert not canary.exists()


def test_a_large_file_is_not_read(frimcla, home) -> None:
    with (home / "large.json").open("wb") as file:
        file.truncate(100_000_000)

    assert "is over 1,000,000 bytes: not a study" in frimcla(home, "run", "large.json").refusal()


EVIL = "from pathlib import Path\nPath({!r}).touch()\ndef make(**params): ...\n"
NAMED = (
    "evil",
    "evil:make",
    "evil.make",
    "../evil",
    "os.system",
    "os:system",
    "__import__('evil')",
)


@pytest.fixture
def evil(home: Path, canary: Path) -> Path:
    """A module that anybody who imports it would notice, in the working folder and on the path."""
    (home / "evil.py").write_text(EVIL.format(str(canary)))
    return home


def test_a_study_names_components_and_never_code(frimcla, evil, canary) -> None:
    study = {"images": "cells", "folds": 3}
    study["extractors"] = [*NAMED, {"name": "hog", "factory": "evil:make"}]
    study["classifiers"] = [*NAMED, {"name": "knn", "estimator": "evil.make"}]
    study["metrics"] = list(NAMED)
    (evil / "evil.json").write_text(json.dumps(study))

    told = frimcla(evil, "run", "evil.json", PYTHONPATH=str(evil)).refusal()

    assert told.startswith(f"evil.json has {3 * len(NAMED) + 2} problems")
    assert not canary.exists()


@pytest.mark.parametrize("name", NAMED)
def test_an_old_configuration_names_no_code_either(frimcla, evil, canary, name) -> None:
    old = {"dataset_path": "cells", "output_path": "out", "expert": "True"}
    old |= {"feature_extractors": [[name, ""]], "model_classifiers": [name], "measure": name}
    (evil / "old.json").write_text(json.dumps(old))

    told = frimcla(evil, "run", "old.json").refusal()

    assert told.startswith("old.json has 3 problems")
    assert not canary.exists()


@pytest.mark.parametrize("part", ["extractor", "classifier"])
def test_a_model_names_no_code_either(frimcla, evil, canary, part) -> None:
    good = (evil / "results" / "model.frimcla").read_bytes()
    for name in NAMED:
        content = forged(good, lambda it, name=name: it[part].update(name=name, plugin="evil"))
        (evil / "model.frimcla").write_bytes(content)

        told = frimcla(evil, "predict", "model.frimcla", "cells").refusal()

        assert "needs the " in told or f"misspells '{part}.name'" in told
        assert not canary.exists()
