"""How legible finished ads are, and how well they say what they should."""
