"""One run of one workflow: roles in, checks, files out."""
