"""Lettering or a picture placed on a picture: geometry, rendering, preview."""
