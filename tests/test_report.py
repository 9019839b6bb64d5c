"""The report: one file, safe, private if asked, and no number that the files do not have."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import attrs
import numpy as np
import pytest
from reports import Page, finished
from sklearn import metrics
from verdicts import SIX, TWELVE, grid

import frimcla
from frimcla.auditing.findings import Audit, write_audit
from frimcla.errors import ConfigError
from frimcla.predictions import read_predictions, write_predictions
from frimcla.reporting import facts, report

HOSTILE = {"</script><img src=x onerror=alert(1)>": 30, "=1+1": 30, "ñ $x$ & 'q' \"d\"": 30}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "out"
    scores = grid(("</style>", "=cmd|' /C calc'!A0"), ("<b>KNN</b>", "`LR`"), folds=5)
    columns = {"plate": tuple("ABC"[number % 3] for number in range(90))}
    finished(folder, scores, classes=HOSTILE, columns=columns, tested=(0.9, 0.8, 0.95))
    return Page(report(folder))


class TestSafe:
    def test_nothing_comes_from_elsewhere(self, hostile) -> None:
        for tag, attributes in hostile.elements:
            assert tag not in {"link", "iframe", "object", "embed", "form", "base", "image"}
            for name in ("src", "href", "xlink:href", "srcset", "action"):
                value = attributes.get(name, "")
                assert value.startswith(("#", "data:image/")) or not value, (tag, value)
        assert not re.search(r"url\((?!data:image/|#)", hostile.source.replace('url("#', "url(#"))
        assert not re.search(r"@import|https?://(?!www\.w3\.org/2000/svg)", hostile.style)
        assert "http" not in hostile.script.replace("http://www.w3.org/2000/svg", "")

    def test_the_policy_allows_this_style_and_this_script_only(self, hostile) -> None:
        (policy,) = [a["content"] for tag, a in hostile.elements if "http-equiv" in a]

        assert policy.startswith("default-src 'none'; img-src data:; ")
        assert f"style-src '{sha256(hostile.style)}'" in policy
        assert f"script-src '{sha256(hostile.script)}'" in policy
        assert "unsafe" not in policy

    def test_no_element_has_a_style_or_a_script_of_its_own(self, hostile) -> None:
        for tag, attributes in hostile.elements:
            assert not [name for name in attributes if name == "style" or name.startswith("on")], (
                tag
            )

    def test_names_are_only_ever_text(self, hostile) -> None:
        tags = {tag for tag, _ in hostile.elements}
        assert {"b", "script"} <= tags
        assert not [a for tag, a in hostile.elements if tag == "img" and a.get("src") == "x"]
        assert sum(tag == "script" for tag, _ in hostile.elements) == 2
        text = "".join(text for _, text in hostile.texts)
        assert all(name in text for name in (*HOSTILE, "<b>KNN</b>"))
        assert json.loads(hostile.facts)["classes"] == sorted(HOSTILE, key=list(HOSTILE).index)

    def test_ids_are_there_once(self, hostile) -> None:
        ids = [a["id"] for _, a in hostile.elements if "id" in a]
        assert len(ids) == len(set(ids))
        targets = [a["href"][1:] for tag, a in hostile.elements if tag == "a"]
        assert set(targets) <= set(ids)


class TestNumbers:
    def test_of_the_verdict_are_those_of_its_file(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid(TWELVE[:3], SIX), tested=(0.9, 0.8, 0.95))
        numbers = json.loads((folder / "verdict.json").read_text("utf-8"))["numbers"]

        page = Page(report(folder))

        found = [(a, text) for a, text in page.data if a["data-key"] in numbers]
        assert len({a["data-key"] for a, _ in found}) > 60
        for attributes, text in found:
            number = numbers[attributes["data-key"]]
            assert float(attributes["value"]) == number["value"]
            if attributes.get("class") == "ci":
                ends = [float(attributes[f"data-{end}"]) for end in ("low", "high")]
                assert ends == [number["low"], number["high"]]
                shown = [float(one) for one in re.findall(r"-?[\d.]+", text)]
                scale = 100 if number["unit"] == "share" else 1
                assert np.allclose(shown, np.multiply(ends, scale), atol=0.051 * scale / 100 + 1e-9)
            else:
                assert is_shown(text, number["value"], number["unit"]), (text, number)

    def test_of_the_winner_follow_from_the_predictions(self, tmp_path) -> None:
        classes = {"a": 40, "b": 50, "c": 30}
        columns = {"plate": tuple("xyz"[number % 3] for number in range(120))}
        folder = finished(tmp_path / "out", grid(), classes=classes, columns=columns)
        table = read_predictions(folder / "predictions.h5")
        verdict = json.loads((folder / "verdict.json").read_text("utf-8"))
        winner = tuple(verdict["winner"].split(" + "))

        page = Page(report(folder))

        expected = recomputed(table, winner)
        found = {
            a["data-key"]: (float(a["value"]), text)
            for a, text in page.data
            if a["data-key"] not in verdict["numbers"] and a.get("class") != "ci"
        }
        assert found.keys() >= expected.keys()
        for key, value in expected.items():
            assert found[key][0] == pytest.approx(value, abs=1e-6), key
        unknown = found.keys() - expected.keys()
        assert unknown == set()

    def test_of_every_pair_are_its_predictions(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid(TWELVE[:2], SIX[:2]), classes={"a": 30, "b": 40})
        table = read_predictions(folder / "predictions.h5")

        told = json.loads(Page(report(folder)).facts)

        assert told["truth"] == table.truth.tolist()
        assert len(told["pairs"]) == 4
        for one in told["pairs"]:
            found = table.pairs[tuple(one["name"].split(" + "))]
            said, sure = unpacked(one["said"]), unpacked(one["sure"])
            assert said == found.predicted[0].tolist()
            p = found.probabilities[0][np.arange(70), said]
            assert np.abs(np.array(sure) / 1000 - p).max() <= 0.0005 + 1e-6
            wrong = list(one["errors"])
            assert all(said[row] != told["truth"][row] for row in wrong)
            assert list(p[wrong]) == sorted(p[wrong], reverse=True)

    def test_of_very_many_images_the_script_knows_those_that_the_page_shows(
        self, tmp_path, monkeypatch
    ) -> None:
        pairs = grid(TWELVE[:2], SIX[:2])
        folder = finished(tmp_path / "out", pairs, classes={"a": 300, "b": 400})
        table = read_predictions(folder / "predictions.h5")
        whole = json.loads(Page(report(folder)).facts)
        monkeypatch.setattr(facts, "LISTED", 699)

        found = json.loads(Page(report(folder)).facts)

        assert whole["rows"] == list(range(700))
        assert found["rows"] == sorted(set(found["rows"]))
        assert found["truth"] == table.truth[found["rows"]].tolist()
        for one, other in zip(found["pairs"], whole["pairs"], strict=True):
            said = unpacked(other["said"])
            assert {*one["errors"], *one["unsure"]} <= set(found["rows"])
            assert unpacked(one["said"]) == [said[row] for row in found["rows"]]
            cells = zip(table.truth, said, strict=True)  # the matrix is of all images
            assert one["counts"] == np.histogram2d(*zip(*cells, strict=True), 2)[0].tolist()
        assert all(set(one["rows"]) <= set(found["rows"]) for one in found["clouds"].values())
        looks = dict(zip(whole["rows"], whole["looks"], strict=True))
        assert found["looks"] == [looks[row] for row in found["rows"]]
        assert {row for row, look in looks.items() if look} <= set(found["rows"])

    def test_there_is_none_outside_of_what_was_checked(self, hostile) -> None:
        """In verdict, pairs and class tables, a digit stands in a checked number or in a name."""
        sections = ("section.#verdict", "section.#pairs", "header.#")
        told = re.compile(r"95 %|below 0\.(05|001|01)|repeats = 5|\(\d\)")
        names = ("A0", "=1+1", "x=0")
        for around, text in hostile.texts:
            quiet = any(
                tag in one for one in around for tag in ("svg.", "pre.", "sentence", "title")
            )
            if quiet or not any(one in sections for one in around):
                continue
            rest = told.sub("", text)
            for name in names:
                rest = rest.replace(name, "")
            if "naive" in " ".join(around) or "tile" in " ".join(around):
                continue  # sentences of numbers: tested by test_sentences
            assert not re.search(r"\d", rest), (around, text)


class TestPrivate:
    def test_no_picture_and_no_name_is_left(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid(), classes={"a": 30, "b": 30})

        open_page = Page(report(folder)).source
        page = Page(report(folder, pictures=False))

        assert "secret_0001" in open_page
        assert "data:image" in open_page
        assert "secret" not in page.source
        assert "data:image" not in page.source
        table = read_predictions(folder / "predictions.h5")
        assert json.loads(page.facts)["names"] == [key[:12] for key in table.images]

    def test_the_study_says_so_by_itself(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid())
        path = folder / "study.toml"
        path.write_text(path.read_text("utf-8").replace("pictures = true", "pictures = false"))

        assert "secret" not in Page(report(folder)).source
        assert "secret" in Page(report(folder, pictures=True)).source

    def test_values_of_columns_and_patterns_of_names_are_hidden(self, tmp_path) -> None:
        columns = {"patient": tuple(("Jones", "Smith")[number % 2] for number in range(60))}
        folder = finished(tmp_path / "out", grid(), classes={"a": 30, "b": 30}, columns=columns)
        path = folder / "study.toml"
        text = path.read_text("utf-8").replace('classes = ""', 'classes = "{class}/Jones_*"')
        path.write_text(text, "utf-8")

        assert "Jones" in Page(report(folder)).source
        private = Page(report(folder, pictures=False)).source
        assert "Jones" not in private
        assert "Smith" not in private
        assert "no. 1" in private

    @pytest.mark.parametrize("written", ["", 'pictures = "false"', "pictures = 0"])
    def test_a_study_that_does_not_say_is_refused(self, tmp_path, written) -> None:
        folder = finished(tmp_path / "out", grid())
        path = folder / "study.toml"
        lines = [line for line in path.read_text("utf-8").splitlines() if "pictures =" not in line]
        path.write_text("\n".join([*lines, written]), "utf-8")

        with pytest.raises(ConfigError, match="must say whether pictures are shown"):
            report(folder)
        assert not (folder / "report.html").exists()
        report(folder, pictures=False)

    def test_no_place_of_this_machine_is_told(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid())

        assert str(tmp_path) not in Page(report(folder)).source


class TestSize:
    def test_72_pairs_of_800_images_stay_below_five_megabytes(self, tmp_path) -> None:
        """With twelve classes it takes longer: ``benchmarks/report.py``."""
        classes = {"a": 400, "b": 400}
        folder = finished(
            tmp_path / "out", grid(TWELVE, SIX), classes=classes, bytes_each=2_200_000 // 800
        )

        assert report(folder).stat().st_size <= 5_000_000


class TestRefused:
    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            (lambda folder: (folder / "run.json").unlink(), "is not there"),
            (
                lambda folder: (folder / "run.json").write_text('{"state": "running"}'),
                "not finished",
            ),
            (lambda folder: (folder / "verdict.json").write_text("{"), "is damaged"),
            (lambda folder: (folder / "predictions.h5").write_bytes(b"no"), "cannot be read"),
            (lambda folder: (folder / "verdict.json").write_text("{}"), "is damaged"),
            (lambda folder: (folder / "verdict.json").write_text("[]"), "is damaged"),
            (lambda folder: (folder / "verdict.json").write_text("[" * 99_999), "is damaged"),
            (lambda folder: edited(folder / "verdict.json", ranking=["x"]), "another study"),
            (lambda folder: edited(folder / "verdict.json", numbers={}), "another study"),
            (lambda folder: edited(folder / "verdict.json", numbers={"x": 3}), "is damaged"),
            (lambda folder: edited(folder / "verdict.json", rows=3), 'has no "rows"'),
            (lambda folder: edited(folder / "run.json", versions=3), 'has no "versions"'),
            (lambda folder: edited(folder / "run.json", warnings=None), 'has no "warnings"'),
            (lambda folder: (folder / "table.csv").write_text(""), "another study"),
            (lambda folder: (folder / "table.csv").write_text("extractor\na\n"), "another study"),
            (lambda folder: (folder / "study.toml").write_text("=" * 9), "is damaged"),
        ],
    )
    def test_what_no_study_left(self, tmp_path, spoil, told) -> None:
        folder = finished(tmp_path / "out", grid())
        spoil(folder)

        with pytest.raises(ConfigError, match=told):
            report(folder)
        assert not (folder / "report.html").exists()

    @pytest.mark.parametrize(
        "text",
        [
            "{}",
            "[]",
            "[" * 99_999,
            '{"format": 1, "findings": [{"code": "FRM999"}]}',
            '{"format": 1, "findings": 3, "checked": [], "left_out": {}}',
        ],
    )
    def test_an_audit_that_is_damaged_is_no_reason(self, tmp_path, text) -> None:
        folder = finished(tmp_path / "out", grid())
        (folder / "audit.json").write_text(text)

        assert "not made" in Page(report(folder)).source

    def test_an_audit_of_other_predictions_is_not_shown(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid())
        write_audit(folder, Audit(findings=(), checked=("FRM101",), said="of others"))

        assert "not made" in Page(report(folder)).source

    def test_what_is_no_folder(self, tmp_path) -> None:
        with pytest.raises(ConfigError, match="does not exist"):
            report(tmp_path / "nowhere")

    def test_an_album_that_is_damaged_is_no_reason(self, tmp_path) -> None:
        folder = finished(tmp_path / "out", grid())
        (folder / "album.h5").write_bytes(b"no")

        assert "no picture" in Page(report(folder)).source


def test_is_the_same_twice(tmp_path) -> None:
    folder = finished(tmp_path / "out", grid())

    assert report(folder).read_bytes() == report(folder).read_bytes()


def test_a_pair_without_probabilities_has_no_curves(tmp_path) -> None:
    folder = finished(tmp_path / "out", grid())
    table = read_predictions(folder / "predictions.h5")
    mute = {
        pair: attrs.evolve(found, probabilities=np.full_like(found.probabilities, np.nan))
        for pair, found in table.pairs.items()
    }
    write_predictions(folder / "predictions.h5", attrs.evolve(table, pairs=mute))

    page = Page(report(folder))

    assert "gives no probabilities" in page.source
    assert 'id="roc"' not in page.source


def test_is_a_function_of_the_library() -> None:
    assert frimcla.report is report


def edited(path, **values) -> None:
    """Change some values of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | values), "utf-8")


def recomputed(table, winner) -> dict[str, float]:
    """All numbers of the page about one pair, by scikit-learn, from the predictions alone."""
    found = table.pairs[winner]
    truth, said, p = table.truth.astype(int), found.predicted[0].astype(int), found.probabilities[0]
    k = len(table.classes)
    counts = metrics.confusion_matrix(truth, said, labels=range(k))
    numbers = {
        f"confusion.{row}.{column}": float(counts[row, column])
        for row in range(k)
        for column in range(k)
        if counts[row, column]
    }
    precision, recall, f1, images = metrics.precision_recall_fscore_support(
        truth, said, labels=range(k), zero_division=0
    )
    onehot = np.eye(k)[truth]
    areas = [metrics.roc_auc_score(onehot[:, c], p[:, c]) for c in range(k)]
    for c, name in enumerate(table.classes):
        specificity = np.mean(said[truth != c] != c)
        columns = ("images", "precision", "sensitivity", "specificity", "f1", "auc")
        values = (images[c], precision[c], recall[c], specificity, f1[c], areas[c])
        numbers |= {
            f"class.{name}.{column}": float(one)
            for column, one in zip(columns, values, strict=True)
        }
        numbers[f"share.{name}"] = float(np.mean(truth == c))
    numbers["auc"] = float(np.mean(areas))
    numbers["average_precision"] = float(
        np.mean([metrics.average_precision_score(onehot[:, c], p[:, c]) for c in range(k)])
    )
    numbers["brier"] = float(((p - onehot) ** 2).sum(axis=1).mean())
    numbers["ece"] = ece(p[np.arange(len(said)), said].astype(float), truth == said)
    for name, cells in table.columns.items():
        for value in set(cells):
            rows = np.array(cells) == value
            numbers[f"slice.{name}.{value}.images"] = float(rows.sum())
            numbers[f"slice.{name}.{value}.right"] = float((truth == said)[rows].mean())
    return numbers


def ece(sure, right) -> float:
    """Ten bins of equally many images, as Naeini et al. (2015)."""
    bins = np.array_split(np.argsort(sure, kind="stable"), 10)
    return float(sum(abs(right[rows].sum() - sure[rows].sum()) for rows in bins) / len(sure))


def is_shown(text: str, value: float, unit: str) -> bool:
    """Say whether a text is a rounding of a value."""
    if unit == "p" and value < 0.0001:
        return text == "< 0.0001"
    shown = float(re.sub(r"[ %,]", "", text))
    if unit == "share":
        return abs(shown - 100 * value) <= 0.0501
    if unit == "p":
        return abs(shown - value) <= 0.0051 * max(abs(value), 1e-9) + 1e-12
    return abs(shown - value) <= 0.000501 or shown == value


def unpacked(text: str) -> list[int]:
    return [int(text[place : place + 2], 36) for place in range(0, len(text), 2)]


def sha256(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
