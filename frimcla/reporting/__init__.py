"""One file that tells the whole story of a study, from what the study left in its folder."""

from .writing import FILE as FILE
from .writing import report as report
