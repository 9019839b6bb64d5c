"""A look for what makes a score too good, or an image useless, before anybody trusts a model.

Every check has a code, a severity and a page: ``docs/audit.md``.
"""

from .core import audit_opened as audit_opened
from .sources import audit as audit
from .words import told as told
