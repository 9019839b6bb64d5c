"""Studies with a mistake in them, each beside the same study without: do the gates see it?"""

from typing import NamedTuple

from honesty_data import COPIES, NULL, STRONG, Scenario
from honesty_estimates import Way
from honesty_gates import Gate, Performance, Summary, gates, with_error
from honesty_learners import Scaling


class Broken(NamedTuple):
    """A mistake.

    Attributes:
        name: What is done wrong.
        scenario: Where it shows.
        n: Images.
        right: The study as it should be.
        wrong: The study as it should not be.
        watched: The estimate that goes wrong, ``nested`` or ``bbc``.
        seen: Whether a gate must see it.
    """

    name: str
    scenario: Scenario
    n: int
    right: Way
    wrong: Way
    watched: str = "nested"
    seen: bool = True


LOOKING = Scaling(looks=True)
BROKEN = (
    Broken(
        "features scaled by means and spreads of all images",
        NULL,
        60,
        Way(),
        Way(scaling=Scaling(leaks=True)),
        seen=False,
    ),
    Broken(
        "features weighted by how well they separate the classes, on all images",
        NULL,
        60,
        Way(scaling=LOOKING),
        Way(scaling=LOOKING._replace(leaks=True)),
    ),
    Broken(
        "choice made once, outside the outer folds", NULL, 100, Way(), Way(repeats_choice=False)
    ),
    Broken("copies on both sides", COPIES, 200, Way(), Way(splits_groups=True)),
    Broken(
        "AUROC from labels instead of scores",
        STRONG,
        100,
        Way(judge="AUROC"),
        Way(judge="AUROC of labels"),
    ),
    Broken("BBC-CV chooses out of the bag", NULL, 100, Way(), Way(out_of_bag=True), "bbc"),
)


class Verdict(NamedTuple):
    """What became of a mistake.

    Attributes:
        row: Its name, the scenario, the bias without and with it, and who caught it.
        kept: It was caught by a gate of the estimate that goes wrong, if it must be, and the study
            without it was not.
    """

    row: tuple[str, ...]
    kept: bool


def verdict(broken: Broken, right: Summary, wrong: Summary) -> Verdict:
    """Compare a study with a mistake to the one without."""
    false_alarm = [gate.claim for gate in _watching(broken, right) if not gate.kept]
    caught = [gate.claim for gate in _watching(broken, wrong) if not gate.kept]
    caught = [claim for claim in caught if claim not in false_alarm]
    biases = [with_error(_watched(broken, one)) for one in (right, wrong)]
    said = "; ".join(caught) or ("NOT CAUGHT" if broken.seen else "none: too small to be seen")
    where = f"{broken.scenario.name}, {broken.n}"
    return Verdict((broken.name, where, *biases, said), bool(caught) or not broken.seen)


def _watched(broken: Broken, found: Summary) -> Performance:
    return found.nested if broken.watched == "nested" else found.bbc


def _watching(broken: Broken, found: Summary) -> list[Gate]:
    name = "nested: bias" if broken.watched == "nested" else "BBC-CV: bias"
    return [gate for gate in gates(found) if gate.claim.startswith(name)]
