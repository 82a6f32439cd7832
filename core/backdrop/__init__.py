"""Studio backdrops without a model."""
