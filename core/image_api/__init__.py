"""Pictures by an image model in the cloud: asked for only where a profile says so, and never paid for twice."""
