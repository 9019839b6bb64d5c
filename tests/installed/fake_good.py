"""A good plugin: light, and all it offers keeps the rules."""

import attrs

import frimcla


@attrs.frozen
class Channel:
    channel: int = frimcla.param(0, "0 red, 1 green, 2 blue", choices=(0, 1, 2))


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(
        name="shade", factory="fake_good_numbers:shade", params=Channel, summary="mean of a channel"
    )
    yield frimcla.Extractor(name="spread", factory="fake_good_numbers:spread", summary="deviation")
