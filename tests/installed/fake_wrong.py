"""Yields a name instead of a component."""

import frimcla


@frimcla.hookimpl
def frimcla_metrics():
    yield "accuracy"
