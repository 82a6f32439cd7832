"""Workflow files: both formats, cards and the catalogue."""
