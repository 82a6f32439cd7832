"""One question to a language model, answered as checked JSON or not at all."""

from .chat import Chat, Reply
from .failures import Failure, ModelError
from .reading import read_object

__all__ = ["Chat", "Failure", "ModelError", "Reply", "read_object"]
