"""Prompts: clamped, expanded, translated, counted."""
