"""Many jobs on one or many ComfyUI servers: job files, journal, scheduler, one worker a server."""
