"""Offers an extractor as it should, and a metric without the mark of a hook."""

import frimcla


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(name="good", factory="a:b", summary="never seen")


def frimcla_metrics():
    yield frimcla.Metric(name="accuracy", factory="a:b", summary="never asked for")
