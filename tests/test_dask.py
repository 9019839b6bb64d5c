"""A study on a real Dask scheduler and real worker processes, each in a folder of its own.

What the scheduler noted is printed: ``pytest -s tests/test_dask.py``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

import frimcla
from frimcla.config import read_study
from frimcla.errors import ConfigError, FrimclaError
from frimcla.evaluation import Evaluated
from frimcla.extraction import Extracted
from frimcla.judging import against_chance, cross_validate
from frimcla.opening import extract_all, open_study, settle_pixels
from frimcla.parallel import unordered
from frimcla.planning import plan_of, settle
from frimcla.study import Study
from frimcla.testing import toy_dataset

pytest.importorskip("distributed", reason="needs Dask: pip install frimcla[dask]")
pytest.importorskip("frimcla_classic", reason="needs the shipped plugins")
pytest.importorskip("frimcla_onnx", reason="needs the shipped plugins")
pytest.importorskip("frimcla_sklearn", reason="needs the shipped plugins")

import made_networks
from lethal import die

from frimcla import backends, on_dask

STUDY = """
images = "cells"
extractors = [{name = "onnx", model = "network.onnx", side = 24}, "lab"]
classifiers = ["knn", "logistic_regression"]
controls = false
folds = 3
metric = "accuracy"
permutations = 2
ignore = ["FRM401"]
"""
KEPT = ("features/*/*.h5", "predictions/*/*.h5")


def computed(
    study: Study,
    registry: frimcla.Registry | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Extracted, Evaluated]:
    """Do of a study all that goes to workers, and not the report."""
    registry = registry or frimcla.Registry.discover()
    with backends.working(study):
        opened, extracted = extract_all(settle_pixels(open_study(study, registry)), progress)
        study = settle(opened.study, opened.dataset, registry)
        plan = plan_of(study, opened.dataset)
        evaluated = cross_validate(study, opened, plan, progress)
        against_chance(study, opened, plan, progress)
    return extracted, evaluated


@attrs.frozen
class Cluster:
    """A scheduler with two workers on this machine."""

    address: str
    workers: dict[str, subprocess.Popen[bytes]]
    notes: Path

    def noted(self) -> list[tuple[str, str, str]]:
        """Return what happened: how a task ended, what it was, on which worker."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        found = [tuple(line.split()) for line in lines]
        return [(how, kind_of(what), who) for how, what, who in found]

    def study(self, folder: Path) -> Study:
        (folder / "study.toml").write_text(
            f'{STUDY}backend = "dask"\nscheduler = "{self.address}"\noutput = "dask"'
        )
        return read_study(folder / "study.toml")


def kind_of(task: str) -> str:
    """Return the function of a task as joblib calls it on the scheduler."""
    return task.removeprefix("batch_of_").removesuffix("_1_calls")


@contextmanager
def cluster(folder: Path, names: tuple[str, ...], **environment: str) -> Iterator[Cluster]:
    notes, at = folder / "notes", folder / "scheduler.json"
    found = {
        **os.environ,
        "DASK_NOTES": str(notes),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        **environment,
    }
    here = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(at)]
    noting = ["--port", "0", "--preload", str(Path(__file__).with_name("dask_notes.py"))]
    alone = ["--nthreads", "1", "--no-nanny"]
    running = {"scheduler": started(folder, "scheduler", found, *here, *noting)}
    try:
        for name in names:
            running[name] = started(folder, name, found, *here, *alone, "--name", name)
        until(at.exists)
        address = json.loads(at.read_text())["address"]
        running_workers = {name: running[name] for name in names}
        yield Cluster(address, running_workers, notes)
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def started(folder: Path, name: str, environment: dict[str, str], *options: str):
    kind = "scheduler" if name == "scheduler" else "worker"
    home = folder / name
    home.mkdir()
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"distributed.cli.dask_{kind}", *options],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=log,
        )


def until(happens, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("FRIMCLA_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    made_networks.classifier(tmp_path / "network.onnx")
    toy_dataset(tmp_path / "cells", count=100)
    return tmp_path


def test_both_kinds_of_work_go_to_all_workers_and_one_may_die(home: Path) -> None:
    """Byte for byte what one process says: features, predictions and shufflings."""
    (home / "study.toml").write_text(f'{STUDY}n_jobs = 1\noutput = "local"')
    computed(read_study(home / "study.toml"))
    with cluster(home, ("one", "two")) as on:
        victim = on.workers["two"]

        def kill_once_both_compared(phase: str, done: int, total: int) -> None:
            told = {who for _, what, who in on.noted() if what == "_fit_numbered"}
            if phase == "compare" and victim.poll() is None and told == {"one", "two"}:
                victim.send_signal(signal.SIGKILL)
                victim.wait()

        extracted, evaluated = computed(on.study(home), progress=kill_once_both_compared)
        noted = on.noted()
        again = frimcla.extract(on.study(home))[1]

    counts = Counter(noted)
    print(*(f"{n:4} x {' '.join(what)}" for what, n in sorted(counts.items())), sep="\n")
    for kind in ("describe_shard", "_fit_numbered"):
        assert all(counts["memory", kind, who] for who in ("one", "two")), kind
    assert counts["lost", "worker", "two"] == 1
    assert victim.returncode == -signal.SIGKILL
    lost = noted.index(("lost", "worker", "two"))
    assert ("memory", "_fit_numbered", "one") in noted[lost:]
    assert not evaluated.failed
    assert (extracted.decoded, again.decoded) == (300, 0)
    differ, same = compared(home / "local", home / "dask")
    print(f"{len(same)} files are the same, {len(differ)} differ")
    assert not differ
    assert len(same) == 2 * (5 + 1) + 4 * 6 + 2 * 3  # shards and probes, parts, shufflings


def compared(one: Path, other: Path) -> tuple[list[str], list[str]]:
    """Return names of files that differ, or are missing, and of those that are the same."""
    names = {
        str(path.relative_to(folder))
        for folder in (one, other)
        for pattern in KEPT
        for path in folder.glob(pattern)
    }
    same = [
        name
        for name in sorted(names)
        if (one / name).exists()
        and (other / name).exists()
        and (one / name).read_bytes() == (other / name).read_bytes()
    ]
    return sorted(names - set(same)), same


def test_a_task_that_no_worker_survives_is_told(tmp_path: Path) -> None:
    once = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with (
        cluster(tmp_path, ("one", "two"), **once) as on,
        pytest.raises(FrimclaError) as caught,
        backends.working(study_on(on.address, tmp_path)),
    ):
        list(unordered(die, [1], 1))

    assert str(caught.value) == (
        f"1 workers of {on.address} were killed by one task, most likely for want of memory; "
        "start workers with more of it, and run the same command again: what is finished is kept"
    )


def study_on(address: str, output: Path) -> Study:
    return Study(
        images=output,
        output=output,
        extractors=(),
        classifiers=(),
        backend="dask",
        scheduler=address,
    )


@pytest.mark.parametrize("command", [frimcla.compare, frimcla.extract, frimcla.run])
def test_a_scheduler_that_does_not_answer_is_told(
    cells, registry, tmp_path, command, monkeypatch
) -> None:
    monkeypatch.setattr(on_dask, "PATIENCE", 1)
    text = f'images = "{cells}"\nextractors = ["edges"]\nclassifiers = ["nearest_mean"]'
    named = 'backend = "dask"\nscheduler = "tcp://127.0.0.1:9"'
    (tmp_path / "study.toml").write_text(f"{text}\n{named}")

    with pytest.raises(FrimclaError, match=r"the scheduler tcp://127.0.0.1:9 does not answer"):
        command(tmp_path / "study.toml", registry=registry)

    assert not (tmp_path / "results" / "run.json").exists()


def test_workers_are_asked_what_they_see(tmp_path: Path) -> None:
    for name in ("output", "cache"):
        (tmp_path / name).mkdir()
    folders = [str(tmp_path / "output"), str(tmp_path / "cache")]
    token = tmp_path / "output" / "token"
    token.write_text(str(token))
    here = on_dask.look_around(str(token), folders, ["frimcla-sklearn"])
    assert on_dask.wrong_with(here, here) == ""

    token.write_text("of another folder that is called alike")
    other = on_dask.look_around(str(token), folders, ["frimcla-sklearn"])
    older = (here[0], {**here[1], "numpy": "1.0"})

    assert on_dask.wrong_with(other, here).startswith(f"does not see {folders[0]}; mount")
    assert on_dask.wrong_with(older, here).startswith("has numpy 1.0 (here ")
    told = on_dask.wrong_with(ModuleNotFoundError("No module named 'frimcla'"), here)
    assert told.startswith("cannot run FrImCla (ModuleNotFoundError: No module named 'frimcla')")


@pytest.mark.parametrize("backend", ["threading", "multiprocessing"])
def test_any_backend_of_joblib_does_the_same(cells, registry, tmp_path, backend: str) -> None:
    text = f'images = "{cells}"\nextractors = ["edges"]\nclassifiers = ["nearest_mean"]'
    more = 'controls = false\nfolds = 3\nmetric = "accuracy"\npermutations = 2'
    for name, lines in {"local": "n_jobs = 1", "other": f'backend = "{backend}"'}.items():
        (tmp_path / "study.toml").write_text(f'{text}\n{more}\n{lines}\noutput = "{name}"')
        computed(read_study(tmp_path / "study.toml", registry), registry)

    differ, same = compared(tmp_path / "local", tmp_path / "other")

    assert not differ
    assert len(same) == 2 + 3 + 3  # features, folds, shufflings


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            'backend = "dusk"',
            'backend  no backend of joblib is called "dusk"; did you mean "dask"?',
        ),
        ('backend = "dask"', "scheduler  must be the address of a Dask scheduler"),
        ('scheduler = "tcp://here:8786"', 'scheduler  goes with backend = "dask" (got "loky")'),
        ('backend = "dask"\nscheduler = "here"', 'such as "tcp://10.0.0.1:8786"'),
        (
            'backend = "dask"\nscheduler = "tcp://their.example:8786"',
            "is on another machine, which could run anything here",
        ),
    ],
)
def test_what_is_wrong_is_told_before_anything_starts(cells, tmp_path, lines, said) -> None:
    text = f'images = "{cells}"\nextractors = ["lab"]\nclassifiers = ["knn"]\n{lines}'
    (tmp_path / "study.toml").write_text(text)

    with pytest.raises(ConfigError) as caught:
        frimcla.compare(tmp_path / "study.toml")

    assert said in str(caught.value)
    assert not (tmp_path / "results").exists()


def test_tasks_are_small_whatever_the_images(cells, registry, tmp_path) -> None:
    """A plan goes to workers as the name of its file."""
    import pickle

    from frimcla.folds import Plan
    from frimcla.gathering import scan
    from frimcla.sharing import SharedPlan

    plan = Plan.of(scan(cells), folds=3, inner_folds=2, seed=0, nested=True)
    shared = SharedPlan.at(tmp_path / "plan.h5", plan)
    shared.write()
    sent = pickle.dumps(shared)

    received = pickle.loads(sent)

    assert len(sent) < 500
    assert received.labels == plan.labels
    assert [received.key_of(split) for split in plan.splits] == [
        plan.key_of(split) for split in plan.splits
    ]
