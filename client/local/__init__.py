"""An API graph run in this process, with neither ComfyUI nor a server."""
