"""Which weights a model gets where no file is named."""

PUBLISHED, RANDOM = "published", "random"
