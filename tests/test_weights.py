"""Where weights are looked for, and what makes them the right ones. Nothing here connects."""

import hashlib
import os

import platformdirs
import pytest
from weighty import CONTENT, PLUGIN, tiny, weights

import frimcla
from frimcla.errors import PluginError, WeightsError
from frimcla.weights import (
    HDF5,
    Weights,
    at_hand,
    cache_folder,
    found_file,
    megabytes,
    needed,
    places,
    verified,
    wrong,
)

SHA = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The three places, in the order in which they count."""
    monkeypatch.setenv("FRIMCLA_WEIGHTS", str(tmp_path / "mirror"))
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    found = [tmp_path / "mirror", tmp_path / "cache" / "weights", tmp_path / "keras" / "models"]
    for folder in found:
        folder.mkdir(parents=True)
    return found


def put(folder, content=CONTENT, name="tiny_1.0.h5"):
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_mirror_counts_before_the_cache_and_the_cache_before_keras(folders):
    assert places() == folders
    assert at_hand(weights()) is None
    for folder in reversed(folders):
        path = put(folder)
        assert at_hand(weights()) == path


@pytest.mark.parametrize("mirror", ["", "nowhere", "https://example.org/models"])
def test_a_mirror_that_is_no_folder_is_no_place(folders, monkeypatch, mirror):
    monkeypatch.setenv("FRIMCLA_WEIGHTS", mirror)

    assert places() == folders[1:]


def test_the_folders_of_the_system_without_variables(tmp_path, monkeypatch):
    monkeypatch.delenv("FRIMCLA_CACHE", raising=False)
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.delenv("FRIMCLA_WEIGHTS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    ours = platformdirs.user_cache_path("frimcla", appauthor=False)

    assert cache_folder() == ours
    assert places() == [ours / "weights", tmp_path / ".keras" / "models"]


def test_a_folder_of_that_name_is_no_file(folders):
    (folders[0] / "tiny_1.0.h5").mkdir()

    assert at_hand(weights()) is None


@pytest.mark.parametrize("published", [{"sha256": SHA}, {"md5": MD5}, {}], ids=str)
def test_content_as_published_is_told_by_its_sha256(folders, published):
    path = put(folders[1])

    assert verified(weights(**published), "tiny") == (path, SHA)


@pytest.mark.parametrize(
    ("published", "kind"),
    [
        ({"sha256": SHA}, "SHA-256"),
        ({"md5": MD5}, "MD5"),
        ({"sha256": SHA, "md5": "0" * 32}, "SHA-256"),
    ],
)
def test_other_content_is_refused_with_both_hashes(folders, published, kind):
    path = put(folders[1], b"other")
    found = hashlib.new(kind.replace("-", ""), b"other").hexdigest()

    with pytest.raises(WeightsError) as caught:
        verified(weights(**published), "tiny")

    assert str(caught.value) == (
        f"tiny: {path} is damaged or another file ({kind} {found} instead of "
        f"{next(iter(published.values()))}); remove it, and run: frimcla weights fetch tiny"
    )


def test_where_nothing_is_published_counts_what_was_noted(folders):
    path = put(folders[1])
    path.with_name("tiny_1.0.h5.sha256").write_text(f"{SHA}  tiny_1.0.h5\n")

    assert verified(weights(), "tiny") == (path, SHA)
    put(folders[1], b"damaged")
    with pytest.raises(WeightsError, match=f"instead of {SHA}"):
        verified(weights(), "tiny")


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_damage_after_a_first_look_is_seen(folders, kind):
    wanted = weights(**{kind: hashlib.new(kind, CONTENT).hexdigest()})
    path = put(folders[1])
    verified(wanted, "tiny")
    before = path.stat().st_mtime_ns
    put(folders[1], CONTENT[::-1])
    os.utime(path, ns=(before + 1, before + 1))

    with pytest.raises(WeightsError):
        verified(wanted, "tiny")


def test_what_is_missing_is_told_with_every_way_out(folders):
    with pytest.raises(WeightsError) as caught:
        verified(weights(), "tiny")

    assert str(caught.value) == (
        "tiny needs tiny_1.0.h5 (0.3 MB), which is not on this machine; "
        "on a machine with a network run `frimcla weights fetch tiny` (then copy the files to "
        f"{folders[1]}, or set FRIMCLA_WEIGHTS to a folder that holds them); "
        'or name a file you have: weights = "PATH"'
    )


def test_what_a_recipe_needs_depends_on_its_parameters():
    registry = frimcla.Registry.of(weighty=PLUGIN)
    component = registry.find(frimcla.Extractor, "tiny")

    assert needed(component.recipe()) == (tiny({"width": 1.0}),)
    assert [file.file for file in needed(component.recipe(width=0.5))] == ["tiny_0.5.h5"]
    assert needed(component.recipe(width=0.25)) == ()
    assert needed(registry.find(frimcla.Extractor, "plain").recipe()) == ()


@pytest.mark.parametrize("where", ["nowhere_at_all:f", "weighty:nothing"])
def test_a_plugin_that_cannot_name_its_weights_is_blamed(where):
    component = frimcla.Extractor(name="net", factory="a:b", summary="x", weights=where)

    with pytest.raises(PluginError, match=r"weights of extractor net cannot be told: .* mended"):
        needed(component.recipe())


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "../evil.h5"},
        {"file": ""},
        {"file": ".hidden"},
        {"file": "a\\b"},
        {"at": "http://example.org"},
        {"at": "file:///etc"},
        {"sha256": "abc"},
        {"md5": SHA},
    ],
    ids=str,
)
def test_weights_that_lead_astray_cannot_be_offered(wrong):
    with pytest.raises(ValueError, match="must match regex"):
        weights(**wrong)


def test_a_file_that_moved_is_found_among_the_weights(folders, tmp_path):
    here = put(tmp_path, name="own.h5")
    assert found_file(str(here)) == str(here)
    there = put(folders[1], name="own.h5")
    here.unlink()
    assert found_file(str(here)) == str(there)
    (tmp_path / "model").mkdir()
    beside = put(tmp_path / "model", name="own.h5")
    assert found_file(str(here), beside.parent) == str(beside)
    beside.unlink()
    assert found_file(str(here), beside.parent) == str(there)
    there.unlink()
    assert found_file(str(here)) == str(here)


@pytest.mark.parametrize(
    ("size", "text"),
    [(58889256, "58.9"), (14_000, "0.0"), (553467096, "553"), (99_960_000, "100.0")],
)
def test_sizes_are_for_people(size, text):
    assert megabytes(size) == text


@pytest.mark.parametrize(
    ("file", "good", "what"),
    [
        ("tiny.h5", HDF5, "no HDF5 file"),
        ("tiny.safetensors", (2).to_bytes(8, "little") + b"{}", "no file of safetensors"),
        ("config.json", b'\n{"side": 224}', "no JSON object"),
    ],
)
def test_where_no_hash_is_published_the_first_bytes_still_tell(tmp_path, file, good, what):
    told = Weights(file=file, url="https://weights.invalid/x", size=9, features=1, licence="MIT")
    page, right = tmp_path / "page", tmp_path / "right"
    page.write_bytes(b"<html>Please log in</html>")
    right.write_bytes(good)

    assert wrong(told, page) == what
    assert wrong(told, right) == ""
