"""The share of wrong predictions, for FrimCla."""

import frimcla


def error_rate():
    def score(truth, predicted):
        return float((truth != predicted).mean())

    return score


@frimcla.hookimpl
def frimcla_metrics():
    yield frimcla.Metric(
        name="error_rate",
        factory=error_rate,
        greater_is_better=False,
        summary="share of wrong predictions, 0 to 1",
    )
