"""How much one visitor may ask for, and for how long."""

from __future__ import annotations

import attrs

MEGABYTE = 2**20


@attrs.frozen(kw_only=True)
class Limits:
    """What is refused beyond; every refusal names the limit.

    Attributes:
        body: Bytes of one request.
        files: Images of one request.
        fields: Other parts of one form.
        silence: Seconds between two pieces of a request.
        images: Of one job: what a visitor looks at together.
        unfolded: Bytes that a zip may unfold to.
        held: Bytes of images that are kept at a time, over all visitors.
        jobs: That are kept at a time; the one not touched longest is forgotten first.
        kept: Seconds after which a job that nobody looks at is forgotten.
        megapixels: Of one image.
        seconds: For one image, in a worker process.
        memory: Bytes a worker process may need beside the model.
        waiting: Requests for predictions that may wait at a time.
    """

    body: int = 256 * MEGABYTE
    files: int = 500
    fields: int = 20
    silence: float = 30.0
    images: int = 5_000
    unfolded: int = 1024 * MEGABYTE
    held: int = 4096 * MEGABYTE
    jobs: int = 50
    kept: float = 3600.0
    megapixels: float = 100.0
    seconds: float = 20.0
    memory: int = 2048 * MEGABYTE
    waiting: int = 200
