"""What cells show: names are text, errors are sentences, progress is drawn."""

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

import frimcla
from frimcla.testing import toy_dataset
from frimcla_notebook import Bars, Trial, bars, paper, show
from frimcla_notebook.taking import take

STUDY = """
images = "cells"
output = "results"
extractors = ["lab", {name = "hsv", label = "<b>HSV</b>"}]
classifiers = ["knn"]
controls = false
metric = "accuracy"
folds = 3
nested = false
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a finished study, a class of which is called like a tag."""
    home = tmp_path_factory.mktemp("shown")
    toy_dataset(home / "cells")
    (home / "cells/stripes_1").rename(home / "cells/<i>one<")
    (home / "study.toml").write_text(STUDY)
    return home


@pytest.fixture(scope="module")
def result(home):
    return frimcla.run(home / "study.toml")


@pytest.fixture
def drawn(monkeypatch):
    """What is displayed, in the order of time."""
    pages = []

    class Handle:
        def update(self, page):
            pages.append(page.data)

    def display(page, display_id=False):
        pages.append(page.data)
        return Handle()

    monkeypatch.setattr(bars, "display", display)
    return pages


def body(page):
    return page.data.rpartition("</style>")[2]


def test_names_are_text_wherever_they_are_shown(home, result):
    pages = [
        show.images(home / "study.toml"),
        show.described(frimcla.extract(home / "study.toml")),
        show.table(result),
        show.plots(result),
        show.verdict(result),
        show.model(result),
        show.predictions(result.model_path, home / "cells"),
        show.beside({"<u>one</u>": result}),
        paper.beside(result),
    ]

    for page in pages:
        for tag in ("<b>HSV</b>", "<i>one<", "<u>one</u>"):
            assert tag not in body(page)
    assert "&lt;b&gt;HSV&lt;/b&gt;" in body(pages[2])
    assert "&lt;i&gt;one&lt;" in body(pages[0])


def test_the_table_marks_the_best_of_a_row_and_of_all(result):
    text = body(show.table(result))

    assert text.count("class='winner'") == 1
    mean = 100 * result.selection.cells[result.selection.winner].mean
    assert f"class='winner'>{mean:.1f} (" in text


def test_the_verdict_is_that_of_the_command_line(result):
    for sentence in frimcla.verdict_text.verdict_lines(result.outcome):
        assert frimcla_escaped(sentence) in body(show.verdict(result))


def frimcla_escaped(text):
    from markupsafe import escape

    return str(escape(text))


def test_predictions_show_a_bar_per_class_and_bad_files_in_their_place(home, result):
    (home / "bad").mkdir(exist_ok=True)
    (home / "bad/broken.png").write_bytes(b"\\x89PNG no")
    text = body(
        show.predictions(result.model_path, [home / "cells", home / "bad/broken.png"], most=40)
    )

    assert text.count("class='card'") == 37
    assert text.count("class='score'") == 36 * 3
    assert "<b>not read</b><small>broken.png: " in text
    assert "; 1 could not be read" in text or ", 1 could not be read" in text


def test_of_many_predictions_some_are_shown_and_all_are_counted(home, result):
    text = body(show.predictions(result.model_path, home / "cells", most=5))

    assert text.count("class='card'") == 5
    assert "36 images, 5 of them shown: " in text


def test_a_single_pair_has_no_pictures_of_comparisons(home):
    alone = frimcla.compare(
        frimcla.read_study(home / "study.toml").changed(
            output=home / "alone",
            extractors=frimcla.read_study(home / "study.toml").extractors[:1],
        )
    )

    assert body(show.plots(alone)).count("<figure>") == 1


def test_progress_is_drawn_with_rate_and_time_left(drawn, monkeypatch):
    clock = iter([0.0, 10.0, 10.1, 20.0])
    monkeypatch.setattr(bars.time, "monotonic", lambda: next(clock))
    progress = Bars()

    for done in (0, 10, 11, 20):
        progress("extract", done, 40 if done < 20 else 20)

    assert len(drawn) == 3, "not more often than four times a second"
    assert "10 of 40, 1.0 a second, 30 s left" in drawn[1]
    assert "20 in 20 s" in drawn[2]


def test_an_error_is_a_sentence_in_a_notebook(home, capsys, monkeypatch):
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)  # IPython warns of another one
    shell = InteractiveShell()
    shell.run_cell(f"import frimcla; frimcla.check({str(home / 'nowhere.toml')!r})")

    shown = capsys.readouterr().out
    assert shown.startswith("Error: ")
    assert "cannot be read: No such file or directory" in shown
    assert "Traceback" not in shown


def test_a_model_is_tried_on_picked_images_which_are_forgotten(home, result):
    trial = Trial(result.model_path)
    image = next((home / "cells/stripes_2").glob("*.png"))
    file = {"name": "../../picked.png", "content": memoryview(image.read_bytes())}
    import datetime

    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    trial._upload.value = ({**file, "type": "", "size": 1, "last_modified": day},)

    assert "<small>picked.png</small>" in trial._shown.value
    assert not (home / "picked.png").exists()


def test_model_and_report_are_links_below_the_notebook(home, result, monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("frimcla_notebook.taking.display", lambda page: shown.append(page.data))
    monkeypatch.chdir(home)
    take(result)
    monkeypatch.chdir(home / "cells")
    take(result)

    assert "href='results/model.frimcla' download>Download results/model.frimcla</a>" in shown[0]
    assert "href='results/report.html' download>" in shown[1]
    assert f"It lies in {home.resolve() / 'results/model.frimcla'}" in shown[2]


def test_the_paper_is_told_as_printed():
    """Table 1 of the paper: its best, and the means of two of its rows."""
    text = body(paper.paper_table())

    assert text.count("class='winner'") == 1
    assert "class='winner'>99.0 (1.3)" in text
    means = [float(cell.partition(" ")[0]) for cell in paper.PAPER["ResNet50"]]
    assert np.mean(means) == pytest.approx(94.03, abs=0.01)
    assert len(paper.PAPER) == 12
