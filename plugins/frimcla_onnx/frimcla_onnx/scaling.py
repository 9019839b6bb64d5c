"""How images are scaled for a network unless something else is asked for."""

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the photographs of ImageNet, RGB in 0 to 1, as torchvision has them."""
