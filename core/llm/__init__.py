"""One question to a language model, answered as checked JSON or not at all."""

from .call_errors import CallFailure, ModelError
from .chat import Chat, ChatReply
from .json_answer import read_object

__all__ = ["CallFailure", "Chat", "ChatReply", "ModelError", "read_object"]
