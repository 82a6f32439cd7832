"""Typesetting and rendering of lettering."""
