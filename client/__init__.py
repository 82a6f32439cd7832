"""The ``fit-ad`` command and the runners behind it."""
