"""Groups that names, folders and columns suggest: which, with what evidence."""

from .proposal import Proposal, propose, straddling

__all__ = ["Proposal", "propose", "straddling"]
