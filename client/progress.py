"""How runs tell what they are at."""

from __future__ import annotations

from collections.abc import Callable

OnProgress = Callable[[str, str, float], None]  # a node's id, its title, share of the whole run that is done, 0..1
OnPreview = Callable[[bytes], None]  # the file of a picture that is being made, JPEG or PNG
