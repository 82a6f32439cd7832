"""The network against golden values, checkpoint by checkpoint."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from fit_ad.core.matting.ben2 import Ben2
from fit_ad.core.matting.ben2.blocks import InstanceNorm
from fit_ad.core.matting.ben2.network import corner_kernels, interleaved, sampled_convolution
from torch import Tensor, nn
from torch.nn import functional

CHECKPOINT_LIMIT = 1e-4
MASK_LIMIT = 1e-5
slow = pytest.mark.skipif(not os.environ.get("FIT_AD_SLOW"), reason="half a minute; set FIT_AD_SLOW=1")

Trace = dict[str, list[np.ndarray]]


def views_first(x: Tensor) -> np.ndarray:
    """Return tokens [V,H,W,C] as [V,C,H,W]."""
    return x.permute(0, 3, 1, 2).numpy().copy()


def taps(model: Ben2) -> Iterator[tuple[nn.Module, str, bool, Callable[[Any], np.ndarray]]]:
    """Yield (module, checkpoint, whether its input is meant, how the checkpoint's array comes from the value)."""

    def as_is(x: Tensor) -> np.ndarray:
        return x.numpy().copy()

    def doubled(x: Tensor) -> np.ndarray:
        return functional.interpolate(x, scale_factor=2, mode="nearest").numpy()

    yield model.backbone, "views", True, as_is
    for s, stage in enumerate(model.backbone.layers):
        for b, block in enumerate(stage.blocks):
            yield block, f"stage{s}.block{b}", False, views_first
        if stage.downsample is not None:
            yield stage.downsample, f"stage{s}.merged", False, views_first
    for i in range(5):
        yield model.backbone, f"f{i}", False, lambda out, i=i: as_is(out[i])
        yield model.get_submodule(f"output{i + 1}"), f"e{i + 1}", False, as_is
    yield from attention_taps(model.multifieldcrossatt, "mclm", ["glb_attn", *(f"loc_attn{i}" for i in range(4))])
    for i in range(1, 5):
        refine = model.get_submodule(f"dec_blk{i}")
        yield refine, f"dec{i}.in", True, as_is
        yield refine.sal_conv, f"dec{i}.saliency", False, as_is
        yield from attention_taps(refine, f"dec{i}", [f"attn{j}" for j in range(4)])
        yield model.get_submodule(f"conv{i}"), f"conv{i}", False, as_is
    yield model.insmask_head, "head.in", True, as_is
    yield model.insmask_head, "head.out", False, as_is
    for i in (1, 2):
        yield model.get_submodule(f"upsample{i}"), f"up{i}.in", True, doubled
        yield model.get_submodule(f"upsample{i}"), f"up{i}.out", False, as_is


def attention_taps(module: nn.Module, name: str, attentions: list[str]) -> Iterator[tuple]:
    def flat(x: Tensor) -> np.ndarray:
        return x.T[None].numpy().copy()  # [n,C] -> [1,C,n]

    for attention, label in zip(module.attention, attentions, strict=True):
        yield attention, f"{name}.{label}", False, flat
    yield module.norm1, f"{name}.norm1", False, flat
    yield module.norm2, f"{name}.norm2", False, flat
    yield module, f"{name}.out", False, lambda x: x.numpy().copy()


@contextlib.contextmanager
def traced(model: Ben2) -> Iterator[Trace]:
    """Collect what passes the taps, one array a call, copied before anything is changed in place."""
    trace: Trace = defaultdict(list)
    handles = []
    for module, name, before, convert in taps(model):
        if before:
            hook = module.register_forward_pre_hook(
                lambda _, args, n=name, c=convert: trace[n].append(c(args[0])),
            )
        else:
            hook = module.register_forward_hook(lambda _, __, out, n=name, c=convert: trace[n].append(c(out)))
        handles.append(hook)
    try:
        yield trace
    finally:
        for handle in handles:
            handle.remove()


def checkpoints(trace: Trace) -> dict[str, np.ndarray]:
    """Return one array a checkpoint, under the golden file's names."""
    found: dict[str, np.ndarray] = {}
    for name, arrays in trace.items():
        if name.startswith("mclm.norm"):  # the whole first, then the quarters
            norm = name.removeprefix("mclm.")
            found[f"mclm.glb_{norm}"], found[f"mclm.loc_{norm}"] = arrays[0], np.concatenate(arrays[1:])
        elif name.startswith("up") and name.endswith(".in"):
            found[name] = arrays[0]
        else:
            # The upsampling goes group by group over the channels, the refinement view by view.
            found[name] = np.concatenate(arrays, axis=1 if name.startswith("up") else 0)
    return found


def picture(recipe: SimpleNamespace, height: int, width: int) -> Tensor:
    return torch.from_numpy(recipe.normalise(recipe.make_image(height, width)))


def differences(
    case: str, found: dict[str, np.ndarray], golden: dict[str, np.ndarray], recipe: SimpleNamespace
) -> dict[str, float]:
    """Return the largest difference at each golden checkpoint that was found."""
    result = {}
    rows = zip(golden[f"{case}_names"], golden[f"{case}_shapes"], golden[f"{case}_samples"], strict=True)
    for name, shape, samples in rows:
        if name in found:
            array = found[name]
            assert array.size == shape.prod(), name
            values = array.reshape(-1)[recipe.sample_positions(array.size, len(samples))]
            result[str(name)] = float(np.abs(values - samples).max())
    return result


def assert_mask(case: str, mask: Tensor, golden: dict[str, np.ndarray]) -> None:
    array = mask[0, 0].numpy()
    y, x, side = golden[f"{case}_crop"]
    strided = golden[f"{case}_mask_strided"]
    step = array.shape[0] // strided.shape[0]
    assert np.abs(array[::step, ::step] - strided).max() < MASK_LIMIT
    assert np.abs(array[y : y + side, x : x + side] - golden[f"{case}_mask_crop"]).max() < MASK_LIMIT


@torch.inference_mode()
def check(case: str, size: tuple[int, int], model: Ben2, golden: dict[str, np.ndarray], recipe: Any) -> None:
    with traced(model) as trace:
        mask = model(picture(recipe, *size))
    found = differences(case, checkpoints(trace), golden, recipe)
    assert {name: value for name, value in found.items() if value >= CHECKPOINT_LIMIT} == {}
    # All but: the full-size shallow map, which is never made; the gates, which follow from the saliency; the logits.
    left_out = {"shallow", "logits", *(f"dec{i}.gate" for i in range(1, 5))}
    assert set(golden[f"{case}_names"]) - set(found) == left_out
    assert_mask(case, mask, golden)


def test_every_checkpoint_of_a_wide_picture(model: Ben2, golden: dict[str, np.ndarray], recipe: Any) -> None:
    check("b384x640", (384, 640), model, golden, recipe)


@torch.inference_mode()
def test_mask_at_512(model: Ben2, golden: dict[str, np.ndarray], recipe: Any) -> None:
    assert_mask("b512", model(picture(recipe, 512, 512)), golden)


@slow
def test_every_checkpoint_at_1024(model: Ben2, golden: dict[str, np.ndarray], recipe: Any) -> None:
    check("b1024", (1024, 1024), model, golden, recipe)


@torch.inference_mode()
def test_pictures_of_a_batch_do_not_mix(model: Ben2, recipe: Any) -> None:
    first = picture(recipe, 128, 256)
    second = first.flip(-1)
    both = model(torch.cat([first, second]))
    assert both.shape == (2, 1, 128, 256)
    for mask, single in zip(both, (first, second), strict=True):
        assert (mask - model(single)[0]).abs().max() < 1e-6


@torch.inference_mode()
def test_progress_rises_to_one_and_the_input_stays(model: Ben2, recipe: Any) -> None:
    shares: list[float] = []
    given = picture(recipe, 128, 128)
    kept = given.clone()
    model(torch.cat([given, given]), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert len(shares) == 2 * 31
    assert torch.equal(given, kept)


def test_layers_come_from_the_namespace_given() -> None:
    class Operations:
        class Linear(nn.Linear): ...

        class Conv2d(nn.Conv2d): ...

        class LayerNorm(nn.LayerNorm): ...

    network = Ben2(Operations, device="meta", dtype=torch.float16)
    plain = [name for name, m in network.named_modules() if type(m) in (nn.Linear, nn.Conv2d, nn.LayerNorm)]
    assert plain == []
    assert {p.dtype for p in network.parameters()} == {torch.float16}


def test_upsampling_equals_a_convolution_of_repeated_pixels() -> None:
    noise = torch.Generator().manual_seed(5)
    x, weight = torch.randn(1, 4, 5, 7, generator=noise), torch.randn(6, 4, 3, 3, generator=noise)
    corners = functional.conv2d(x, corner_kernels(weight).flatten(0, 1), padding=1)
    repeated = functional.interpolate(x, scale_factor=2, mode="nearest")
    assert torch.allclose(interleaved(corners, 6), functional.conv2d(repeated, weight, padding=1), atol=1e-5)


@pytest.mark.parametrize("step", [2, 4])
def test_sampled_convolution_equals_convolution_and_bilinear_sampling(step: int) -> None:
    noise = torch.Generator().manual_seed(6)
    conv = nn.Conv2d(3, 5, 3, padding=1).requires_grad_(False)
    conv.weight.copy_(torch.randn(5, 3, 3, 3, generator=noise))
    x = torch.randn(1, 3, 16, 24, generator=noise)
    wanted = functional.interpolate(conv(x), scale_factor=1 / step, mode="bilinear", align_corners=False)
    assert torch.allclose(sampled_convolution(conv, x, step), wanted, atol=1e-5)


def test_instance_norm_does_not_overflow_in_half_precision() -> None:
    x = torch.randn(2, 4, 300, 300, generator=torch.Generator().manual_seed(7)) * 20 + 3
    wanted = functional.instance_norm(x)
    assert (InstanceNorm()(x.half()).float() - wanted).abs().max() < 0.02
