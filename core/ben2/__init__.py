"""BEN2 (BEN_Base), an independent PyTorch implementation."""
