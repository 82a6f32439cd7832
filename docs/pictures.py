#!/usr/bin/env python3
"""Make the pictures of the README and the workflow's thumbnail, with the project's own tools.

    python docs/pictures.py [ads | backdrops | composites | cutouts | lettering | effects …]

Without a name it makes all of them. All but the screenshot of the graph editor, which the browser test takes
(tests/browser).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.core.backdrop.kinds import KINDS, backdrop
from fit_ad.core.color.spaces import parse_hex
from fit_ad.core.lettering import STYLES, LetteringStyle, render
from fit_ad.core.lettering.effects import Effects
from fit_ad.core.matting import InstalledModels
from fit_ad.core.matting.cutout import cut
from fit_ad.core.scene.compose import ComposeOptions, compose
from fit_ad.core.text.fonts import bundled
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CAFE = {"shop": "카페 봄날", "region": "연남동"}
STUDIO = {"shop": "우주 스튜디오", "region": "성수동"}
# Sample photo, design and facts of each ad at the head of the README.
ADS = (
    ("coffee.png", "split-seam", {**CAFE, "offer": "아메리카노 1+1, 12월 한 달"}),
    ("coffee.png", "burst-sale", {**CAFE, "offer": "에스프레소 4,500원 → 2,900원, 12/31까지"}),
    ("coffee.png", "quiet-luxury", {**CAFE, "shop": "봄날 로스터스", "offer": "콜롬비아 원두 100g 9,000원"}),
    ("coffee.png", "circle-spot", {**CAFE, "offer": "아침 8시 오픈, 모닝세트 5,900원"}),
    ("astronaut.png", "magazine-cover", {**STUDIO, "offer": "프로필 촬영 30% 할인, 12/24까지"}),
    ("astronaut.png", "type-behind", {**STUDIO, "offer": "가족사진 99,000원부터"}),
    ("astronaut.png", "caption-card", {**STUDIO, "offer": "증명사진 2만원"}),
    ("astronaut.png", "day-christmas", {**STUDIO, "offer": "크리스마스 촬영 예약, 12/1~12/24"}),
)
PAPER = np.array([0.965, 0.945, 0.92])
SETS = {
    "coffee.png": ("wood", "window", "linen", "concrete", "bokeh"),
    "astronaut.png": ("solid", "gradient", "radial", "paper", "spotlight"),
}
COPPER = "#C0703A"
PLAIN = ("#000000", "#FFFFFF", "#05381F", "#0D26F2")  # where rims of the old background show first


def ad(photo: str, design: str, values: dict[str, str]) -> Image.Image:
    """Return the finished ad of a sample photo."""
    with tempfile.TemporaryDirectory() as out:
        made = make_ad(AdRequest(ROOT / "samples" / photo, {**values, "design": design}, Path(out)))
        return Image.open(made.files[0]).convert("RGB")


def sheet(tiles: Sequence[Image.Image], columns: int, gap: int = 12) -> Image.Image:
    """Return the tiles, all of one size, side by side and row by row on white."""
    width, height = tiles[0].size
    rows = -(-len(tiles) // columns)
    whole = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), "white")
    for i, tile in enumerate(tiles):
        whole.paste(tile, (i % columns * (width + gap), i // columns * (height + gap)))
    return whole


def picture(array: np.ndarray) -> Image.Image:
    return Image.fromarray((np.clip(array, 0, 1) * 255 + 0.5).astype(np.uint8))


def specimen(font: str, style: str) -> Image.Image:
    """Return a card with a slogan in that font and style."""
    height, width, margin = 150, 420, 24
    size = {"width_px": width - 2 * margin, "height_px": height - 2 * margin}
    rgba = render("봄날의 한 잔", LetteringStyle(font=font, color=COPPER, style=style, relief=0.8, **size)).rgba
    card = np.full((height, width, 3), PAPER)
    inside = card[margin:-margin, margin:-margin]
    inside += (rgba[..., :3] - inside) * rgba[..., 3:]
    return picture(card)


def _ground(color: str) -> np.ndarray:
    return np.tile(np.float32(parse_hex(color)), (300, 640, 1))


def effect(words: str, ground: np.ndarray, look: LetteringStyle) -> Image.Image:
    """Return a card with words in that look, in the middle."""
    height, width = ground.shape[:2]
    rgba = render(words, replace(look, width_px=width - 60, height_px=height - 60)).rgba
    card = np.array(ground, np.float32)
    inside = card[30:-30, 30:-30]
    inside += (rgba[..., :3] - inside) * rgba[..., 3:]
    return picture(card)


def effects() -> list[Image.Image]:
    """Return one card for each thing that the lettering effects are for."""
    black, pen, brush = "Black Han Sans", "Nanum Pen", "Nanum Brush"
    square, round_ = "Pretendard ExtraBold", "Nanum Square Round ExtraBold"
    stone = backdrop(640, 300, "concrete", seed=4)
    gold = Effects(gradient=1, gradient_color="#B4781E", specular=0.6, occlusion=0.4)
    neon = Effects(glow=1, glow_color="#FF3D81", glow_px=34)
    pill = Effects(ground="pill", ground_color="#D9482B", ground_padding_em=0.4)
    ribbon = Effects(ground="ribbon", ground_color="#B3202C", ground_padding_em=0.3)
    arc = Effects(arc_deg=60)
    emboss = LetteringStyle(font=black, color="#FFE9AE", style="emboss")
    sticker = Effects(slant_deg=9, shadow_distance_em=0.07, shadow_blur_em=0.02)
    return [
        effect("가을 신메뉴", _ground("#1C1713"), replace(emboss, effects=gold)),
        effect("밤 10시까지", _ground("#16121F"), LetteringStyle(font=round_, color="#FFF3F8", effects=neon)),
        effect("첫 방문 30%", _ground("#F4ECE2"), LetteringStyle(font=square, color="#FFFFFF", effects=pill)),
        effect("그랜드 오픈", _ground("#EFE6D8"), LetteringStyle(font=square, color="#FFF6E5", effects=ribbon)),
        effect(
            "오늘만 1+1",
            _ground("#FFD23F"),
            LetteringStyle(
                font=black, color="#E8336D", outline_px=10, outline_color="#FFFFFF", shadow=0.7, effects=sticker
            ),
        ),
        effect("매일 굽는 소금빵", _ground("#E9DFCF"), LetteringStyle(font=pen, color="#5B3A22", effects=arc)),
        effect("손칼국수", _ground("#F3EBDD"), LetteringStyle(font=brush, color="#1B1613", brush=0.7, seed=5)),
        effect("원두 로스터리", stone, LetteringStyle(font=black, color="#7A5A3C", style="carved", relief=0.8)),
    ]


def keep(image: Image.Image, name: str) -> None:
    image.save(IMAGES / name, quality=88, subsampling=0, optimize=True)
    print(f"docs/images/{name}", *image.size)


def reduced(array: np.ndarray, width: int = 324) -> Image.Image:
    """Return a whole picture, made at its real size, as a tile."""
    image = picture(array)
    return image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)


def captioned(array: np.ndarray, name: str) -> np.ndarray:
    """Return the backdrop with its name where words go, dark on light and light on dark."""
    color = "#FFFFFF" if array[:300].mean() < 0.6 else "#2B2622"
    rgba = render(name, LetteringStyle(size_px=72, color=color)).rgba
    out = array.copy()
    left = (out.shape[1] - rgba.shape[1]) // 2
    place = out[120 : 120 + rgba.shape[0], left : left + rgba.shape[1]]
    place += (rgba[..., :3] - place) * rgba[..., 3:]
    return out


def composite(photo: str, kind: str) -> np.ndarray:
    """Return a sample photo's subject, cut out by the best engine at hand, on a backdrop in its own colours."""
    with Image.open(ROOT / "samples" / photo) as source:
        subject = cut(np.asarray(source.convert("RGB"), np.float32) / 255).rgba
    return compose(backdrop(1080, 1350, kind, seed=1, picture=subject), subject, ComposeOptions()).image


def make_ads() -> None:
    ads = [ad(*one) for one in ADS]
    keep(sheet([image.resize((432, 540), Image.Resampling.LANCZOS) for image in ads], 4), "ads.jpg")
    keep(ads[0].resize((540, 675), Image.Resampling.LANCZOS), "coffee-ad.jpg")
    keep(Image.open(ROOT / "samples/coffee.png").convert("RGB"), "coffee-photo.jpg")
    thumbnail = ads[0].crop((0, 60, 1080, 1140)).resize((480, 480), Image.Resampling.LANCZOS)
    thumbnail.save(ROOT / "workflows" / "express.jpg", quality=90)


def make_backdrops() -> None:
    keep(
        sheet([reduced(captioned(backdrop(1080, 1350, kind, seed=3), kind.capitalize())) for kind in KINDS], 5),
        "backdrops.jpg",
    )


def make_composites() -> None:
    made = [composite(photo, kind) for photo, kinds in SETS.items() for kind in kinds]
    keep(sheet([reduced(array) for array in made], 5), "composites.jpg")


def on_plain_grounds(photo: str) -> list[np.ndarray]:
    """Return a sample photo, and its subject on black, white, dark green and a saturated blue."""
    with Image.open(ROOT / "samples" / photo) as source:
        whole = np.asarray(source.convert("RGB"), np.float32) / 255
    rgba = cut(whole, shelf=InstalledModels()).rgba
    alpha = rgba[..., 3:]
    return [whole, *(rgba[..., :3] * alpha + np.float32(parse_hex(ground)) * (1 - alpha) for ground in PLAIN)]


def make_cutouts() -> None:
    rows = [sheet([reduced(one) for one in on_plain_grounds(photo)], 1 + len(PLAIN)) for photo in SETS]
    whole = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), rows[0].getpixel((0, 0)))
    for index, row in enumerate(rows):
        whole.paste(row, (0, sum(one.height for one in rows[:index])))
    keep(whole, "cutouts.jpg")


def make_lettering() -> None:
    faces = [face.id for face in bundled() if face.kind != "emoji"]
    keep(sheet([specimen(face, style) for face in faces for style in STYLES], len(STYLES)), "lettering.jpg")


def make_effects() -> None:
    keep(sheet([card.resize((480, 225), Image.Resampling.LANCZOS) for card in effects()], 2), "effects.jpg")


MAKERS = {
    "ads": make_ads,
    "backdrops": make_backdrops,
    "composites": make_composites,
    "cutouts": make_cutouts,
    "lettering": make_lettering,
    "effects": make_effects,
}


def main() -> int:
    unknown = [name for name in sys.argv[1:] if name not in MAKERS]
    if unknown:
        print(f"No picture is called {', '.join(unknown)}. There are: {', '.join(MAKERS)}")
        return 2
    IMAGES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or MAKERS:
        MAKERS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
