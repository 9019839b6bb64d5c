"""Scores of groups, intervals that resample groups, and whole studies with groups and a share."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from toys import Toys

import frimcla
from frimcla import final_check, telling
from frimcla.announcing import announced
from frimcla.by_group import by_group, told
from frimcla.cli import main
from frimcla.errors import DatasetError
from frimcla.naming import Naming
from frimcla.registry import Registry
from frimcla.scoring import Answers, Judge
from frimcla.tables import groups_csv
from frimcla.toml import literal

REGISTRY = frimcla.Registry.of(toys=Toys())
ACCURACY = Judge.of(REGISTRY.find(frimcla.Metric, "accuracy").recipe())


def answers(truth: list[str], predicted: list[str]) -> Answers:
    return Answers(
        truth=np.array(truth),
        predicted=np.array(predicted),
        probabilities=np.full((len(truth), 2), 0.5),
        classes=np.array(["a", "b"]),
    )


def test_scores_of_groups_are_counted() -> None:
    said = answers(["a", "a", "b", "b", "b"], ["a", "b", "b", "b", "a"])

    found = by_group(said, ["g2", "g1", "g1", "g2", "=g3"], [1, 0, 0, 1, 2])

    assert [(g.group, g.fold, g.images, g.right) for g in found] == [
        ("=g3", 2, 1, 0),
        ("g1", 0, 2, 1),
        ("g2", 1, 2, 2),
    ]
    assert groups_csv(found) == (
        "group,fold,images,right,share\n'=g3,2,1,0,0.0000\ng1,0,2,1,0.5000\ng2,1,2,2,1.0000\n"
    )
    assert told(found) == (
        "Over 3 groups: 50.0 % right in the median group, 0.0 % of 1 in the worst (=g3)"
    )


class TestIntervals:
    """Twenty groups of ten; all images of a group are right or all are wrong."""

    TRUTH = np.repeat(["a", "b"], 100)
    GROUPS = np.repeat([f"g{n:02}" for n in range(20)], 10)
    WRONG = np.isin(GROUPS, ["g03", "g07", "g12", "g15"])
    SAID = Answers(
        truth=TRUTH,
        predicted=np.where(WRONG, np.where(TRUTH == "a", "b", "a"), TRUTH),
        probabilities=np.full((200, 2), 0.5),
        classes=np.array(["a", "b"]),
    )

    def test_of_clustered_answers_are_wider_than_wilsons(self) -> None:
        alone = final_check.tested(ACCURACY, self.SAID, 0)
        grouped = final_check.tested(ACCURACY, self.SAID, 0, self.GROUPS)

        assert alone.value == grouped.value == 0.8
        assert alone.method == "200 test images, Wilson"
        assert grouped.method == "200 test images, bootstrap of 20 groups, 1000 resamples"
        assert grouped.high - grouped.low > 2.5 * (alone.high - alone.low)

    def test_are_about_those_of_as_many_images_as_there_are_groups(self) -> None:
        grouped = final_check.tested(ACCURACY, self.SAID, 0, self.GROUPS)

        assert grouped.low == pytest.approx(0.60, abs=0.06)
        assert grouped.high == pytest.approx(0.95, abs=0.06)

    def test_do_not_depend_on_how_often_one_asks(self) -> None:
        first, again = (final_check.tested(ACCURACY, self.SAID, 0, self.GROUPS) for _ in range(2))

        assert first == again

    def test_of_one_group_say_nothing(self) -> None:
        found = final_check.tested(ACCURACY, self.SAID, 0, np.repeat("g", 200))

        assert (found.low, found.high) == (None, None)
        assert found.method == "200 test images, in 1 group: too few for an interval"


@pytest.fixture
def plates(cells: Path, tmp_path: Path) -> Path:
    """Cells of three classes, renamed after six plates: ``stripes_1/p4_05.png``."""
    for path in cells.rglob("*.png"):
        number = int(path.stem[-2:])
        path.rename(path.with_name(f"p{number % 6}_{number:02}.png"))
    return tmp_path


def study(folder: Path, output: str = "results", **settings: object) -> Path:
    values = {
        "images": "cells",
        "output": output,
        "extractors": ["mean_colour"],
        "classifiers": ["nearest_mean"],
        "metric": "accuracy",
        "folds": 3,
        "n_jobs": 1,
        **settings,
    }
    path = folder / f"{output}.toml"
    path.write_text("".join(f"{key} = {literal(value)}\n" for key, value in values.items()))
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


class TestRuns:
    def test_with_groups_tell_them_before_and_score_them_after(self, plates: Path) -> None:
        opened = []

        result = frimcla.run(
            study(plates, groups="{plate}_*"), registry=REGISTRY, tell=opened.append
        )

        (before,) = opened
        assert "\n".join(announced(before)).splitlines() == [
            "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12",
            "6 groups by plate, never split: stripes_1 6, stripes_2 6, stripes_3 6",
            "8 bits, seen as they are",
        ]
        said = {row["file"]: row for row in rows(result.study.output / "predictions.csv")}
        table = rows(result.study.output / "groups.csv")
        assert [row["group"] for row in table] == [f"p{n}" for n in range(6)]
        for row in table:
            theirs = [one for name, one in said.items() if f"/{row['group']}_" in name]
            right = sum(one["true"] == one["predicted"] for one in theirs)
            assert (int(row["images"]), int(row["right"])) == (len(theirs), right)
            assert float(row["share"]) == pytest.approx(right / len(theirs), abs=1e-4)
        assert f"{told(result.groups)}; see groups.csv." in telling.run(result).splitlines()
        folds = dict(zip(result.table.names, result.table.folds[0].tolist(), strict=True))
        assert {row["group"]: int(row["fold"]) for row in table} == {
            name.partition("/")[2].partition("_")[0]: fold for name, fold in folds.items()
        }

    def test_without_groups_leave_no_table_of_a_run_before(self, plates: Path) -> None:
        frimcla.compare(study(plates, groups="{plate}_*"), registry=REGISTRY)
        assert (plates / "results/groups.csv").exists()

        frimcla.compare(study(plates), registry=REGISTRY)

        assert not (plates / "results/groups.csv").exists()

    @pytest.mark.parametrize("groups", ["", "{plate}_*"], ids=["images", "plates"])
    def test_with_a_share_keep_it_and_score_it(self, plates: Path, groups: str) -> None:
        opened = []

        result = frimcla.run(
            study(plates, groups=groups, test=0.5), registry=REGISTRY, tell=opened.append
        )

        assert len(result.opened.test.images) == len(result.table.images) == 18
        assert "18 test images, kept for the end" in announced(*opened)
        kept = {image.name for image in result.opened.test.images}
        assert not kept & set(result.table.names)
        assert {row["file"] for row in rows(plates / "results/test_predictions.csv")} == kept
        (accuracy,) = result.tested
        how = "in 3 groups: too few for an interval" if groups else "Wilson"
        assert accuracy.method == f"18 test images, {how}"
        assert result.model.manifest.expected == accuracy
        record = json.loads((plates / "results/run.json").read_text())
        assert record["state"] == "done"

    def test_written_back_run_again_to_the_same_bytes(self, plates: Path) -> None:
        first = frimcla.run(
            study(plates, groups=["{plate}_*"], test=0.33, scaling=[0, 250]), registry=REGISTRY
        )
        names = [
            "scores.csv",
            "predictions.csv",
            "groups.csv",
            "test_predictions.csv",
            "study.toml",
        ]
        before = {name: (first.study.output / name).read_bytes() for name in names}

        again = frimcla.run(first.study.output / "study.toml", registry=REGISTRY)

        assert {name: (again.study.output / name).read_bytes() for name in names} == before
        assert (again.extracted.decoded, again.evaluated.fitted) == (0, 0)

    def test_of_a_manifest_are_those_of_its_folder(self, plates: Path) -> None:
        lines = ["class;file;plate"]
        for path in sorted((plates / "cells").rglob("*.png")):
            name = path.relative_to(plates).as_posix().replace("/", "\\")
            lines.append(f"{path.parent.name};{name};{path.name[:2]}")
        (plates / "cells.csv").write_text("\r\n".join(lines))

        frimcla.compare(study(plates, groups="{plate}_*"), registry=REGISTRY)
        frimcla.compare(
            study(plates, "listed", images="cells.csv", groups="plate"), registry=REGISTRY
        )

        for name in ("scores.csv", "groups.csv"):
            assert (plates / "listed" / name).read_bytes() == (
                plates / "results" / name
            ).read_bytes()

    def test_with_a_share_too_small_for_a_class_say_so(self, plates: Path) -> None:
        with pytest.raises(DatasetError) as caught:
            frimcla.run(study(plates, test=0.01), registry=REGISTRY)

        what = "has no image in this share of the images; write a larger share"
        assert list(caught.value.problems) == [(f"test: stripes_{n}", what) for n in (1, 2, 3)]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, plates: Path):
    """Call the command line where ``cells`` are, with the plugin of these tests."""
    monkeypatch.chdir(plates)
    monkeypatch.setattr(Registry, "discover", classmethod(lambda cls, disabled=(): REGISTRY))
    return lambda *args: CliRunner().invoke(main, args)


class TestCommands:
    def test_evaluate_takes_groups_and_classes(self, command, plates: Path) -> None:
        frimcla.run(study(plates), registry=REGISTRY)
        (plates / "flat").mkdir()
        for path in (plates / "cells").rglob("*.png"):
            shutil.copy(path, plates / "flat" / f"{path.parent.name}-{path.name}")

        done = command(
            "evaluate", "results/model.frimcla", "flat",
            "--classes", "{class}-{plate}_*", "--groups", "plate",
        )  # fmt: skip

        assert done.exit_code == 0
        lines = done.stdout.splitlines()
        assert lines[:2] == [
            "36 images in 3 classes: stripes_1 12, stripes_2 12, stripes_3 12",
            "6 groups by plate, never split: stripes_1 6, stripes_2 6, stripes_3 6",
        ]
        assert any("36 test images, in 6 groups: too few for an interval" in line for line in lines)
        found = frimcla.evaluate("results/model.frimcla", "cells", registry=REGISTRY)
        assert found.scores[0].method == "36 test images, Wilson"
        naming = Naming(groups=("{plate}_*",))
        found = frimcla.evaluate("results/model.frimcla", "cells", naming=naming, registry=REGISTRY)
        assert found.scores[0].method == "36 test images, in 6 groups: too few for an interval"

    def test_init_writes_groups_and_classes(self, command, plates: Path) -> None:
        done = command(
            "init", "cells", "--classes", "{class}/{plate}_*", "--groups", "plate",
        )  # fmt: skip

        assert done.exit_code == 0
        naming = frimcla.read_study("study.toml", REGISTRY).naming
        assert naming == Naming(classes="{class}/{plate}_*", groups=("plate",))
        assert command("check", "study.toml").exit_code == 0

    @pytest.mark.parametrize("arguments", [["init", "cells"], ["evaluate", "m", "cells"]])
    def test_wrong_patterns_are_refused(self, command, arguments: list[str]) -> None:
        done = command(*arguments, "--groups", "{plate", "--classes", "{plate}_*")

        assert done.exit_code == 1
        assert done.stderr == (
            "Error: the command line has 2 problems\n"
            '  classes  must hold {class} (got "{plate}_*"): "{class}_*"\n'
            '  groups   "{plate" has a brace without its partner; write fields as "{patient}"\n'
        )
        assert not Path("study.toml").exists()
