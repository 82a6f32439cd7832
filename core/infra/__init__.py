"""What every part leans on: secrets, caches, files written whole or not at all, paths."""
