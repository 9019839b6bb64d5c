"""Attacks, one file a subject: the table is docs/security.md."""
