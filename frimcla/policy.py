"""How stored pixels become what an extractor sees: in every feature key, and in the bundle."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Policy:
    """The intake of images.

    Attributes:
        sees: What every image becomes: ``uint8`` RGB.
        alpha: The colour that transparent pixels are laid over.
        max_megapixels: Larger images are refused before their pixels are read. It decides
            which images are read, not what they become, and so is not in any key.
        revision: Raised when the same file gives other pixels than before.
    """

    sees: str = "rgb8"
    alpha: str = "white"
    max_megapixels: float = attrs.field(default=100.0, metadata={"key": False})
    revision: int = 1

    @property
    def identity(self) -> dict[str, object]:
        """What of it changes pixels."""
        return attrs.asdict(self, filter=lambda field, _: field.metadata.get("key", True))
