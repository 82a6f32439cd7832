"""The pack's routes on ComfyUI's server, one module each."""
