"""Works, but imports numpy on the way to the menu and ends its summary with a dot."""

import numpy  # noqa: F401

import frimcla


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(
        name="heavy", factory="fake_good_numbers:spread", summary="Standard deviation."
    )
