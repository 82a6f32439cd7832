"""Text and fonts: Korean grammar, which font has which character."""
