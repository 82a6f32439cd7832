"""Where the words go: formats, boxes, candidates, and the advice of pixels or of a vision model."""
