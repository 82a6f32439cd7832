"""A ComfyUI server from outside: addresses, requests, the queue, its messages and status."""
