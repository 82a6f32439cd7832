"""Pure logic of Fit-AD: numpy, Pillow, OpenCV and torch; nothing of ComfyUI."""
