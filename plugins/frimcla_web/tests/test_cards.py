from pathlib import Path

import pytest

from frimcla.bundle import Prediction
from frimcla.predicted import predictions_json
from frimcla_web.cards import card_of
from frimcla_web.items import Item, Job
from frimcla_web.rows import unread
from frimcla_web.views import View
from frimcla_web.wording import percent

RIGHT = {"share": 0.91, "low": 0.838, "high": 0.952, "images": 100}


def item(number=0, *, name="a.png", scores=(("a", 0.94), ("b", 0.06)), **said):
    predicted = max(dict(scores), key=lambda label: dict(scores)[label] or 0)
    row = {
        **unread(name, ""),
        "predicted": predicted,
        "scores": dict(scores),
        "candidates": [predicted],
        "familiarity": 0.5,
        "unlike_training": False,
        "right": RIGHT,
        **said,
    }
    return Item(number, name, Path(name), row)


def test_how_sure_it_is_and_what_that_means():
    card = card_of(item(), 0.9, 500)

    assert card.sure == (
        "94 % sure.",
        "Of 100 images of the study where it was about as sure, 91 were right (84 to 95 %).",
    )
    assert (card.fits, card.unlike) == ("", "")
    (_, small) = card_of(item(), 0.9, 100).sure
    assert small.startswith("Of all 100 images of the study, however sure it was, 91 were right")


@pytest.mark.parametrize(
    ("candidates", "told"),
    [
        (["a", "b"], "Could also be b: the true class is among these two for 90 % of images."),
        (["a", "b", "c"], "Could also be b or c: the true class is among these for 90 % of"),
        ([], "Fits no class well:"),
        (["b"], "A doubtful a: most images of that class score higher. It could be b."),
        (["a"], ""),
        (None, ""),
    ],
)
def test_other_classes_that_fit_are_told(candidates, told):
    assert card_of(item(candidates=candidates), 0.9, 500).fits.startswith(told)


def test_of_what_is_unlike_training_no_certainty_is_promised():
    card = card_of(item(unlike_training=True, candidates=["a", "b"]), 0.9, 500)

    assert card.sure == ("94 % sure, which means little for such an image.",)
    assert card.fits == ""
    assert "Of ordinary images 5 % are marked as well." in card.unlike


def test_without_probabilities_there_are_no_bars():
    card = card_of(item(scores=[("a", None), ("b", None)], candidates=None, right=None), 0.9, 500)

    assert card.bars == ()
    assert card.sure == ("This model does not say how sure it is.",)


def test_more_than_six_classes_are_folded_away():
    scores = [(f"class {n}", n / 36) for n in range(9)]

    card = card_of(item(scores=scores), 0.9, 500)

    assert [bar.label for bar in card.bars] == [f"class {n}" for n in (8, 7, 6, 5, 4, 3)]
    assert len(card.more) == 3


def test_nothing_but_all_reads_as_all():
    assert [percent(share) for share in (1, 0.9999, 0.5, 0.0001, 0)] == [
        *("100 %", "over 99 %", "50 %", "under 1 %", "0 %")
    ]


def test_a_row_of_nothing_is_what_the_library_writes(model):
    (written,) = predictions_json([Prediction(file="x", problem="is bad")], model, 0.9)[
        "predictions"
    ]

    assert unread("x", "is bad") == written


def test_orders_and_filters():
    job = Job(id="", owner="", room=Path())
    job.items = [
        item(0, name="image 10", scores=[("a", 0.6), ("b", 0.4)], candidates=["a", "b"]),
        item(1, name="image 9", scores=[("b", 0.99), ("a", 0.01)], familiarity=0.9),
        item(2, name="Image 11", familiarity=0.01, unlike_training=True),
        Item(3, "bad", Path("bad"), unread("bad", "is bad")),
        Item(4, "waiting", Path("waiting")),
    ]

    def shown(**view):
        return [one.number for one in View(**view).items(job)]

    assert shown() == [0, 1, 2, 3]
    assert shown(sort="unsure") == [0, 2, 1, 3]
    assert shown(sort="unusual") == [2, 0, 1, 3]
    assert shown(sort="class") == [2, 0, 1, 3]
    assert shown(sort="name") == [3, 1, 0, 2]
    assert shown(show="unlike") == [2]
    assert shown(show="undecided") == [0]
    assert shown(show="problems") == [3]
    assert shown(label="b") == [1]
