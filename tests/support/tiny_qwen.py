"""A Qwen2-VL of a few thousand random weights in a folder, with tokenizer and processor, all made here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

MARKS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)


@lru_cache
def lacking() -> str:
    """Return what keeps transformers from loading a vision model here; empty where nothing does."""
    try:
        import torchvision.transforms  # noqa: F401
        import transformers

        transformers.Qwen2VLProcessor  # noqa: B018 - imported when it is asked for
    except (ImportError, OSError, RuntimeError) as exc:  # the last two beside another torch than their own
        return f"transformers cannot load vision models here: {str(exc).splitlines()[0][:120]}"
    return ""


def write_tiny_qwen(folder: Path, kind: str = "qwen2_vl") -> Path:
    """Write a tiny random model of that kind (``qwen2_vl`` or ``qwen2_5_vl``) and return its folder."""
    import torch
    import transformers

    tokenizer = _tokenizer()
    ids = {mark: tokenizer.convert_tokens_to_ids(mark) for mark in MARKS}
    old = kind == "qwen2_vl"
    config_class = transformers.Qwen2VLConfig if old else transformers.Qwen2_5_VLConfig
    network_class = (
        transformers.Qwen2VLForConditionalGeneration if old else transformers.Qwen2_5_VLForConditionalGeneration
    )
    processor_class = transformers.Qwen2VLProcessor if old else transformers.Qwen2_5_VLProcessor
    config = config_class(
        **_words(len(tokenizer), ids),
        vision_config=_eyes(old),
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
    )
    torch.manual_seed(0)
    network_class(config).save_pretrained(folder)
    image = transformers.Qwen2VLImageProcessor()
    parts = [image, tokenizer]
    if hasattr(transformers, "Qwen2VLVideoProcessor"):  # since 4.52
        parts.append(transformers.Qwen2VLVideoProcessor())
    processor_class(*parts).save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    """Return a byte tokenizer with the chat marks."""
    import transformers
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    bare = Tokenizer(models.BPE(vocab=letters, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    before_5 = transformers.__version__.startswith("4.")  # whose processors insist on the model's own class
    kind = transformers.Qwen2TokenizerFast if before_5 else transformers.PreTrainedTokenizerFast
    made = kind(tokenizer_object=bare, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    made.add_special_tokens({"additional_special_tokens": list(MARKS)})
    return made


def _words(size: int, ids: dict[str, int]) -> dict[str, Any]:
    """Return the language part's settings, flat beside the others as in the published models."""
    return {
        "vocab_size": size,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 8192,
        "bos_token_id": ids["<|endoftext|>"],
        "eos_token_id": ids["<|im_end|>"],
        "pad_token_id": ids["<|endoftext|>"],
        "rope_theta": 10000.0,
        "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
    }


def _eyes(old: bool) -> dict[str, Any]:
    if old:
        return {"depth": 1, "embed_dim": 16, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2}
    return {
        "depth": 2,
        "hidden_size": 16,
        "out_hidden_size": 32,
        "intermediate_size": 24,
        "num_heads": 2,
        "fullatt_block_indexes": [1],
    }


if __name__ == "__main__":
    import sys

    for name in sys.argv[2:]:
        write_tiny_qwen(Path(sys.argv[1]) / name, name)
