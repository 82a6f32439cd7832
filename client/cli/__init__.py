"""The ``fit-ad`` command: what people type and what they see."""
