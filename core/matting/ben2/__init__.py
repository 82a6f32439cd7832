"""BEN2 (BEN_Base), an independent PyTorch implementation: photo in, soft cut-out mask out."""

from .inference import predict
from .network import Ben2
from .weights import load

__all__ = ["Ben2", "load", "predict"]
