"""Fails after its first component."""

import frimcla


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(name="first", factory="a:b", summary="the first")
    raise OSError("no weights")
