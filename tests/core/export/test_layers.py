"""An ad taken apart: its layers, put together elsewhere, look as the ad does."""

from __future__ import annotations

import numpy as np
import pytest
from fit_ad.core.errors import FitAdError
from fit_ad.core.export.layers import DocumentLayer, LayerDocument, matches_flat_image, split_layers
from fit_ad.core.export.psd import psd_bytes
from fit_ad.core.raster.blending import RasterLayer, for_linear_light, lay_over

WIDTH, HEIGHT = 240, 160
Y, X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
SCENE = np.dstack([0.5 + 0.5 * np.sin(X / 9), 0.5 + 0.5 * np.cos(Y / 7), X / WIDTH]).astype(np.float32)
SCENE_PIECE = DocumentLayer("Background", np.dstack([SCENE, np.ones_like(X)]))


def soft_disc(x: float, y: float, radius: float, blur: float = 12) -> np.ndarray:
    return np.clip((radius - np.hypot(X - x, Y - y)) / blur + 0.5, 0, 1).astype(np.float32)


def blob(color: tuple[float, float, float], alpha: np.ndarray) -> np.ndarray:
    return np.dstack([np.broadcast_to(np.float32(color), (HEIGHT, WIDTH, 3)), alpha]).astype(np.float32)


def composed(*layers: RasterLayer) -> np.ndarray:
    canvas = SCENE.copy()
    for layer in layers:
        lay_over(canvas, layer)
    return canvas


def in_srgb(apart: object) -> np.ndarray:
    """Mix the layers as Photoshop would, by the plain formula."""
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    for layer in apart.layers:
        rows, columns = slice(layer.y, layer.y + layer.rgba.shape[0]), slice(layer.x, layer.x + layer.rgba.shape[1])
        alpha = layer.rgba[..., 3:] / np.float32(255)
        canvas[rows, columns] += alpha * (layer.rgba[..., :3] / np.float32(255) - canvas[rows, columns])
    return canvas


WHITE = RasterLayer("Text", blob((1, 1, 1), soft_disc(120, 60, 40)), 0, 0)
SHADOW = RasterLayer("Shadow", blob((0, 0, 0), 0.5 * soft_disc(125, 70, 50, 30)), 0, 0)
SCREEN = RasterLayer("Glow", blob((0.9, 0.5, 0.2), 0.7 * soft_disc(60, 90, 40, 25)), 0, 0, "screen")


@pytest.mark.parametrize("layers", [(WHITE,), (SHADOW, WHITE), (SCREEN, SHADOW, WHITE)])
def test_layers_for_linear_light_look_the_same_elsewhere(layers: tuple[RasterLayer, ...]) -> None:
    adapted = for_linear_light(SCENE, layers)
    pieces = (SCENE_PIECE, *(DocumentLayer(layer.name, layer.rgba, layer.x, layer.y) for layer in adapted))
    wanted = composed(*layers)
    apart = split_layers(LayerDocument((WIDTH, HEIGHT), pieces), picture=wanted)
    assert [layer.name for layer in apart.layers] == ["Background", *(layer.name for layer in layers)]
    assert np.abs(in_srgb(apart) - wanted).max() * 255 < 1.01
    assert matches_flat_image(apart, np.rint(wanted * 255).astype(np.uint8))


def test_solid_letters_keep_colour_and_their_soft_edge_about_its_alpha() -> None:
    adapted = for_linear_light(SCENE, (WHITE,))[0]
    apart = split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE, DocumentLayer("Text", adapted.rgba))))
    text = apart.layers[1]
    inside = (slice(text.y, text.y + text.rgba.shape[0]), slice(text.x, text.x + text.rgba.shape[1]))
    solid = WHITE.rgba[..., 3][inside] == 1
    assert (text.rgba[solid] == 255).all()
    gap = np.abs(text.rgba[..., 3] / 255 - WHITE.rgba[..., 3][inside])
    assert np.median(gap[~solid]) < 0.05


def test_the_product_becomes_a_layer_and_leaves_no_hole() -> None:
    mask = soft_disc(100, 80, 30, 3)
    product = RasterLayer("cup", blob((0.9, 0.1, 0.1), mask), 0, 0)
    scene = composed(product)
    document = LayerDocument((WIDTH, HEIGHT), (DocumentLayer("Background", np.dstack([scene, np.ones_like(X)])),))
    apart = split_layers(document, mask)
    background, cup = apart.layers
    assert (background.name, cup.name) == ("Background", "Product")
    assert background.rgba.shape[:2] == (HEIGHT, WIDTH)
    assert (background.rgba[..., 3] == 255).all()
    assert background.rgba[80, 100, 0] < 215  # no red cup beneath the cup
    assert abs(cup.rgba.shape[0] - 64) <= 3
    np.testing.assert_allclose(cup.rgba[cup.rgba.shape[0] // 2, cup.rgba.shape[1] // 2], (230, 26, 26, 255), atol=1)
    assert np.abs(in_srgb(apart) - scene).max() * 255 < 1.01


@pytest.mark.parametrize("mask", [np.zeros_like(X), np.ones_like(X), np.full_like(X, np.nan)])
def test_a_mask_that_says_nothing_splits_nothing(mask: np.ndarray) -> None:
    assert len(split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE,)), mask).layers) == 1


def test_a_mask_of_another_size_is_scaled() -> None:
    mask = np.zeros((HEIGHT // 2, WIDTH // 2), np.float32)
    mask[20:60, 30:80] = 1
    cup = split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE,)), mask).layers[1]
    assert abs(cup.x - 60) <= 1
    assert abs(cup.rgba.shape[1] - 100) <= 2


def test_marks_lie_on_top_and_know_what_is_below() -> None:
    seen = []

    def on_top(mixed: np.ndarray) -> list[RasterLayer]:
        seen.append(mixed.copy())
        return [SHADOW]

    apart = split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE,)), None, on_top)
    assert [layer.name for layer in apart.layers] == ["Background", "Shadow"]
    np.testing.assert_allclose(seen[0][..., :3], SCENE, atol=0.5 / 255 + 1e-6)
    assert np.abs(in_srgb(apart) - composed(SHADOW)).max() * 255 < 1.01


def test_another_picture_is_told_apart(caplog: pytest.LogCaptureFixture) -> None:
    apart = split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE,)))
    assert not matches_flat_image(apart, np.rint(SCENE * 200).astype(np.uint8))
    assert "not quite those of the saved picture" in caplog.text


def test_layers_that_are_mirrored_scaled_and_turned() -> None:
    arrow = np.zeros((10, 20, 4), np.float32)
    arrow[:, 15:] = (1, 0, 0, 1)  # red at the right end
    how = {"x": 40, "y": 30}
    plain = split_layers(LayerDocument((WIDTH, HEIGHT), (DocumentLayer("a", arrow, **how),))).layers[0]
    assert (plain.x, plain.y, plain.rgba.shape) == (55, 30, (10, 5, 4))
    mirrored = split_layers(LayerDocument((WIDTH, HEIGHT), (DocumentLayer("a", arrow, **how, flip_h=True),))).layers[0]
    assert (mirrored.x, mirrored.rgba.shape[1]) == (40, 5)
    larger = split_layers(LayerDocument((WIDTH, HEIGHT), (DocumentLayer("a", arrow, **how, size=(80, 40)),))).layers[0]
    assert abs(larger.x - 100) <= 2
    assert larger.rgba.shape[0] == 40
    turned = split_layers(LayerDocument((WIDTH, HEIGHT), (DocumentLayer("a", arrow, **how, rotation_deg=90),))).layers[
        0
    ]
    assert (turned.x, turned.y, turned.rgba.shape[:2]) == (45, 40, (5, 10))  # clockwise: red below, same middle
    upside = split_layers(LayerDocument((WIDTH, HEIGHT), (DocumentLayer("a", arrow, **how, rotation_deg=180),))).layers[
        0
    ]
    assert (upside.x, upside.y, upside.rgba.shape[:2]) == (40, 30, (10, 5))


def test_layers_beyond_the_canvas_are_kept_whole() -> None:
    far = blob((0, 1, 0), np.ones_like(X))
    pieces = (SCENE_PIECE, DocumentLayer("half out", far, -100, 20), DocumentLayer("all out", far, 500, 500))
    layers = split_layers(LayerDocument((WIDTH, HEIGHT), pieces)).layers
    assert [(layer.x, layer.y, layer.rgba.shape[:2]) for layer in layers[1:]] == [
        (-100, 20, (HEIGHT, WIDTH)),
        (500, 500, (HEIGHT, WIDTH)),
    ]
    assert (layers[1].rgba == (0, 255, 0, 255)).all()


def test_hidden_and_blended_layers_stay_what_they_are() -> None:
    green = blob((0, 1, 0), np.full_like(X, 0.5))
    pieces = (
        SCENE_PIECE,
        DocumentLayer("hidden", green, opacity=0.5, visible=False),
        DocumentLayer("multiplied", green, opacity=0.25, blend="multiply"),
        DocumentLayer("unknown", green, blend="dissolve-in-acid"),
    )
    layers = split_layers(LayerDocument((WIDTH, HEIGHT), pieces)).layers
    assert [(layer.visible, layer.opacity, layer.blend) for layer in layers[1:]] == [
        (False, 0.5, "normal"),
        (True, 0.25, "multiply"),
        (True, 1.0, "normal"),
    ]
    assert all((layer.rgba == (0, 255, 0, 128)).all() for layer in layers[1:])


def test_an_empty_layer_is_one_clear_pixel() -> None:
    layers = split_layers(
        LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE, DocumentLayer("empty", blob((1, 1, 1), X * 0))))
    ).layers
    assert layers[1].rgba.tolist() == [[[0, 0, 0, 0]]]


def test_opacity_is_kept_in_the_looks() -> None:
    solid = blob((1, 1, 1), np.ones_like(X))
    apart = split_layers(
        LayerDocument(
            (WIDTH, HEIGHT),
            (DocumentLayer("black", blob((0, 0, 0), X * 0 + 1)), DocumentLayer("w", solid, opacity=0.5)),
        )
    )
    assert abs(float(in_srgb(apart)[0, 0, 0]) - 0.735357) < 0.004  # half white in linear light is sRGB 0.735


def test_pixels_that_are_no_numbers() -> None:
    odd = blob((1, 1, 1), np.ones_like(X))
    odd[:9] = np.nan
    odd[9:20, :, 0] = np.inf
    layers = split_layers(LayerDocument((WIDTH, HEIGHT), (SCENE_PIECE, DocumentLayer("odd", odd)))).layers
    assert len(psd_bytes(np.zeros((HEIGHT, WIDTH, 3), np.uint8), layers)) > 1000


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (LayerDocument((9, 9), ()), "There are no layers to save.*Connect the layers"),
        (LayerDocument((9, 9), (SCENE_PIECE,) * 201), "There are 201 layers"),
        (LayerDocument((40_000, 9), (SCENE_PIECE,)), "A PSD can be 1 to 30000 px"),
        (
            LayerDocument((9, 9), (DocumentLayer("x", SCENE_PIECE.rgba, size=(99_999, 2)),)),
            "A PSD can be 1 to 30000 px",
        ),
        (LayerDocument((9, 9), (DocumentLayer("x", SCENE_PIECE.rgba, size=(0, -2)),)), "A PSD can be 1 to 30000 px"),
    ],
)
def test_documents_that_cannot_be(document: LayerDocument, message: str) -> None:
    with pytest.raises(FitAdError, match=message):
        split_layers(document)
