"""Colours: spaces, the palette of a picture, colour schemes."""
