import attrs
import numpy as np
from starlette.testclient import TestClient

from frimcla_web.app import application
from frimcla_web.desk import Desk
from frimcla_web.door import Door
from frimcla_web.facts import facts_of
from frimcla_web.limits import Limits


def test_the_page_says_what_the_model_is_and_how_its_classes_fared(page, model, bundle):
    text = page.get("/model").text
    facts = facts_of(model, bundle)

    assert "It has learnt to tell 3 classes apart from 36 images" in text
    trust = model.trust
    for number, known in enumerate(facts.classes):
        right = (trust.predicted == number) & (trust.truth == number)
        assert known.found == right.sum()
        assert known.low < known.found / 12 < known.high
        assert known.told in text
    counts = np.array([[cell.count for cell in row] for row in facts.confusion])
    assert counts.sum(axis=1).tolist() == [12, 12, 12]
    assert counts.trace() == (trust.predicted == trust.truth).sum()


def test_limits_follow_from_what_the_model_holds(model, bundle):
    ungrouped = dict(facts_of(model, bundle).limits)
    trained = {**model.manifest.trained_on, "grouped_by": "patient"}
    grouped = attrs.evolve(model, manifest=attrs.evolve(model.manifest, trained_on=trained))

    assert "rounded, spindle, spread, and nothing else" in ungrouped["Other classes"]
    assert "(rounded 12, spindle 12, spread 12)" in ungrouped["Fine differences"]
    assert "Images that belong together" in ungrouped
    assert "Images that belong together" not in dict(facts_of(grouped, bundle).limits)


def test_a_model_of_an_older_format_is_shown_with_what_it_holds(model, bundle):
    old = facts_of(attrs.evolve(model, trust=None), bundle)

    assert [known.told for known in old.classes] == ["not written down"] * 3
    assert old.confusion == ()
    assert "marked as unlike" not in dict(old.limits)["Other classes"]


def test_the_first_page_promises_marks_only_where_the_model_can_give_them(model, bundle):
    def first_page(shown):
        with TestClient(
            application(Desk.of(bundle, shown, Limits()), Door()), base_url="http://127.0.0.1:8000"
        ) as client:
            return client.get("/").text

    promise, denial = "Images unlike all it has seen are marked", "It cannot mark images"
    assert promise in first_page(model)
    assert denial not in first_page(model)
    assert denial in first_page(attrs.evolve(model, trust=None))
    assert promise not in first_page(attrs.evolve(model, trust=None))


def test_the_first_page_says_how_good_it_is_in_images(page, model, bundle):
    number = 100 * model.manifest.expected.value

    assert f"Of 100 new images, expect about {number:.0f} to be right" in page.get("/").text
