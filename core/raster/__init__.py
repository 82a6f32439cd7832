"""Pixels: photo intake, blending, fingerprints, distances."""
