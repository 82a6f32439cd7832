"""A cut-out put into a scene: where it stands, its shadows, light and edge."""
