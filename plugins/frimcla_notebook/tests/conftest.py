"""Small studies: starting worker processes would take longer than the work."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def _one_core():
    """Let joblib see one core, here and in what tests start; changes no number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOKY_MAX_CPU_COUNT", "1")
        yield
