"""What a page's words mean, for people who classify images and learn no statistics."""

from __future__ import annotations

WORDS = {
    "accuracy": "The share of images whose class was predicted rightly.",
    "balanced accuracy": "The mean, over classes, of the share of their images predicted rightly: "
    "a rare class counts as much as a frequent one.",
    "extractor": "What turns an image into numbers: a network trained on other images, or a "
    "measure of colour, texture or shape.",
    "classifier": "What learns from these numbers which class an image belongs to.",
    "pair": "An extractor with a classifier: one way to classify images.",
    "fold": "A part of the images that is held out while a pair learns from the others, and then "
    "predicted. Every image is held out once.",
    "out of fold": "Said of a prediction of an image that the pair had not learnt from.",
    "group": "Images that belong together, such as those of one patient. A group is never on both "
    "sides of a split, since a pair would recognise the patient.",
    "95 % interval": "A range that would hold the true value in 95 of 100 such studies.",
    "nested estimate": "The whole choice of the best pair, made again inside each fold: what the "
    "choice is worth on images that had no part in it.",
    "BBC-CV": "The same question answered by resampling the predictions, where a nested study was "
    "not made.",
    "naive": "The winner's own mean in the table. It won partly by luck, so it promises too much.",
    "recommended": "Hardly worse than the best: by more than the difference that does not matter "
    "with a probability of 5 % or less.",
    "equivalent": "Within the difference that does not matter of the best, with a probability of "
    "95 % or more.",
    "undecided": "Neither shown to be worse than the best nor shown to be as good.",
    "control": "An extractor that sees no shapes, only the mean colour or the size. What is no "
    "better has not shown that it looks at what matters.",
    "precision": "Of the images said to be of a class, the share that is.",
    "recall, sensitivity": "Of the images of a class, the share that was found.",
    "specificity": "Of the images of other classes, the share not taken for this one.",
    "F1": "The harmonic mean of precision and recall.",
    "ROC": "How many images of a class are found (upwards) at the price of how many false alarms "
    "(to the right). The area below is the chance that an image of the class gets a higher score "
    "than one of another class.",
    "precision-recall": "How precise predictions are (upwards) when so many of the class are to be "
    "found (to the right). It feels rare classes, which ROC does not.",
    "reliability": "Of images predicted with a probability of 80 %, about 80 of 100 should be "
    "right. Below the diagonal a pair is too sure of itself.",
    "p": "How often so large a difference would be seen if there were none.",
    "t-SNE, PCA": "Two ways to draw what the extractor says of each image as one point; images "
    "described alike lie together. For looking only: no number rests on them.",
}
