"""Declares a parameter without saying what it accepts."""

import attrs

import frimcla


@attrs.frozen
class Channel:
    depth: int = 3


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(name="shade", factory="a:b", params=Channel, summary="mean")
