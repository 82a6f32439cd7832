"""The model registry, and what models take on a graphics card."""
