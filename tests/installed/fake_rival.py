"""Offers a name that another plugin offers as well."""

import frimcla


@frimcla.hookimpl
def frimcla_extractors():
    yield frimcla.Extractor(name="shade", factory="nowhere:shade", summary="a rival")
