"""Everything that knows ComfyUI: one node per file, named as the node."""
