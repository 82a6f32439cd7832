"""One question to a language model, answered as checked JSON or not at all."""

from .call_errors import Failure, ModelError
from .chat import Chat, Reply
from .json_answer import read_object

__all__ = ["Chat", "Failure", "ModelError", "Reply", "read_object"]
