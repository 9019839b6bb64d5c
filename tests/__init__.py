"""Tests of the core, and what they share."""
