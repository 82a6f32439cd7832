#!/usr/bin/env python3
"""Make the pictures of the help pages, each with what its node does, from the sample photos.

python docs/help_pictures.py [NODE …]"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fit_ad.client.runs.make import AdRequest, make_ad
from fit_ad.core.backdrop.kinds import KINDS, backdrop
from fit_ad.core.copywriting import ShopBrief, write
from fit_ad.core.copywriting.parts import read_parts
from fit_ad.core.design.engine import DesignRequest, design_ad
from fit_ad.core.layout import formats
from fit_ad.core.layout.pixel_advisor import advise
from fit_ad.core.layout.preview import preview
from fit_ad.core.lettering import STYLES, LetteringStyle, render
from fit_ad.core.matting.cutout import Cutout, cut
from fit_ad.core.placement.render import Placement, place
from fit_ad.core.prompt import clamp, clip_tokens, helper
from fit_ad.core.scene.compose import ComposeOptions, compose
from fit_ad.core.text.fonts import find
from pictures import CAFE, COPPER, PAPER, TONES, effects, picture, sheet
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 720  # px; the help panel is about half as wide
GAP = 12
INK, QUIET, GROUND = "#2B2622", "#8A8178", "#F7F3EE"
TEXT, BOLD = "Pretendard Medium", "Pretendard ExtraBold"


def photo(name: str) -> np.ndarray:
    with Image.open(ROOT / "samples" / name) as source:
        return np.asarray(source.convert("RGB"), np.float32) / 255


def sized(image: Image.Image, width: int) -> Image.Image:
    return image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)


def words(
    text: str, width: int, size: int = 22, color: str = QUIET, font: str = TEXT, align: str = "left"
) -> Image.Image:
    """Return words on a transparent picture as wide as that."""
    style = LetteringStyle(font=font, color=color, size_px=size, width_px=width, align=align, line_spacing=1.4)
    return Image.fromarray((render(text, style).rgba * 255 + 0.5).astype(np.uint8), "RGBA")


def stacked(parts: Sequence[Image.Image], gap: int, ground: str = "white", margin: int = 0) -> Image.Image:
    """Return pictures one below the other."""
    width = max(part.width for part in parts) + 2 * margin
    height = sum(part.height + gap for part in parts) - gap + 2 * margin
    whole, y = Image.new("RGB", (width, height), ground), margin
    for part in parts:
        whole.paste(part, (margin, y), part if part.mode == "RGBA" else None)
        y += part.height + gap
    return whole


def typeface(size: int, name: str = TEXT) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(find(name).path), size)


def caption(lines: str, width: int, color: str = QUIET, size: int = 20) -> Image.Image:
    """Return the name of a picture, for below it: lines of one height, whatever their letters."""
    parts, step = lines.split("\n"), round(size * 1.35)
    strip = Image.new("RGB", (width, step * len(parts) + 10), "white")
    for number, part in enumerate(parts):
        place = (width // 2, step * (number + 1) - size // 4)
        ImageDraw.Draw(strip).text(place, part, color, typeface(size), anchor="ms")
    return strip


def row(tiles: Sequence[tuple[Image.Image, str]]) -> Image.Image:
    """Return pictures side by side, each with its name below it."""
    width = (WIDTH - GAP * (len(tiles) - 1)) // len(tiles)
    named = [stacked([sized(tile, width), caption(name, width)], 4) for tile, name in tiles]
    return sheet(even(named, "white"), len(named), GAP)


def on_checks(rgba: np.ndarray, square: int = 12) -> Image.Image:
    """Return a cut-out on the checks that stand for transparency."""
    y, x = np.indices(rgba.shape[:2]) // square
    ground = np.where((x + y) % 2, 0.93, 0.80)[..., None]
    return picture(ground + (rgba[..., :3] - ground) * rgba[..., 3:])


def gray(mask: np.ndarray) -> Image.Image:
    return picture(mask[..., None].repeat(3, axis=-1))


def card(lines: Sequence[tuple[str, int, str, str]], width: int, ground: str = GROUND) -> Image.Image:
    """Return lines of (text, size, colour, font) on a card."""
    margin = 24
    return stacked([words(text, width - 2 * margin, *look) for text, *look in lines], 16, ground, margin)


def even(cards: Sequence[Image.Image], ground: str = GROUND) -> list[Image.Image]:
    """Return cards of one height."""
    height = max(each.height for each in cards)
    made = [Image.new("RGB", (each.width, height), ground) for each in cards]
    for whole, each in zip(made, cards, strict=True):
        whole.paste(each, (0, 0))
    return made


def coffee_cut() -> Cutout:
    return cut(photo("coffee.png"))


# --- one picture a node ---------------------------------------------------------------------------------------


def ad_backdrop() -> Image.Image:
    tiles = [(picture(backdrop(540, 675, kind, seed=3)), kind) for kind in KINDS]
    return stacked([row(tiles[:5]), row(tiles[5:])], GAP)


def ad_canvas() -> Image.Image:
    """The formats to scale, with what the app covers."""
    rows = (("feed-1x1", "feed-4x5", "feed-3x4", "story", "reels"), ("wide-16x9", "kakao-thumbnail"))
    wide = ("kakao-bizboard", "naver-timeboard")
    return stacked([*(_formats(names, 220) for names in rows), _formats(wide, 70)], 12, "white", 6)


def _formats(names: Sequence[str], height: int) -> Image.Image:
    known = {each.id: each for each in formats.load().formats}
    width = (WIDTH - 12 - GAP * (len(names) - 1)) // len(names)
    tiles = []
    for each in (known[name] for name in names):
        scale = min(width / each.width_px, height / each.height_px)
        w, h = round(each.width_px * scale) - 2, round(each.height_px * scale) - 2
        tile = Image.new("RGB", (width, height), "white")
        draw, left, top = ImageDraw.Draw(tile), (width - w) // 2, height - h - 1
        draw.rectangle((left, top, left + w, top + h), "#F3C7A6", "#A8623A")
        out = each.keep_out
        inner = (w * out.left / 100, h * out.top / 100, w * (1 - out.right / 100), h * (1 - out.bottom / 100))
        draw.rectangle([a + b for a, b in zip(inner, (left, top, left, top), strict=True)], "#FFF8F1")
        tiles.append(stacked([tile, caption(f"{each.id}\n{each.width_px} × {each.height_px}", width, INK, 18)], 4))
    return sheet(tiles, len(tiles), GAP)


def ad_compose() -> Image.Image:
    subject = coffee_cut().rgba
    ground = backdrop(1080, 1350, "wood", seed=1, picture=subject)
    made = compose(ground, subject, ComposeOptions()).image
    whole = np.zeros((750, 600, 4), np.float32)
    y, x = (750 - subject.shape[0]) // 2, (600 - subject.shape[1]) // 2
    whole[y : y + subject.shape[0], x : x + subject.shape[1]] = subject
    return row([(picture(ground), "background"), (on_checks(whole, 20), "cutout"), (picture(made), "image")])


def ad_design() -> Image.Image:
    """One photo and its words in four designs and formats."""
    whole = coffee_cut()
    wishes = (
        ("huge-number", 1080, 1350),
        ("editorial", 1080, 1350),
        ("photo-side", 1080, 1350),
        ("huge-number", 1080, 1920),
    )
    parts = read_parts(
        {
            "purpose": "deal", "angle": "offer", "shop": "카페 봄날 연남동", "headline": "겨울에는 조금 더 진하게",
            "emphasis": "진하게", "product": "아메리카노", "discount": "1+1", "price_now": "4,500원",
            "period": "12월 31일까지", "hours": "매일 14–17시", "badge": "한 잔 더!", "cta": "매장 방문",
        }
    )  # fmt: skip
    made = []
    for name, width, height in wishes:
        request = DesignRequest(parts, width, height, photo("coffee.png"), whole.rgba, design=name)
        made.append(sized(picture(design_ad(request).image), 200))
    tall = max(each.height for each in made)
    names = [name for name, _, _ in wishes]
    return row(list(zip((_on(each, tall) for each in made), names, strict=True)))


def _on(image: Image.Image, height: int) -> Image.Image:
    whole = Image.new("RGB", (image.width, height), "white")
    whole.paste(image, (0, 0))
    return whole


def ad_copy_llm() -> Image.Image:
    width, cards = (WIDTH - GAP) // 2, []
    for tone in TONES:
        first = write(ShopBrief(**CAFE, tone=tone), 3).copies[0]
        lines = [(tone, 20, COPPER, TEXT), (first.headline, 34, INK, BOLD), (first.body, 22, INK, TEXT)]
        cards.append(card([*lines, (first.call_to_action, 22, QUIET, TEXT)], width))
    return sheet(even(cards), 2, GAP)


def ad_cutout() -> Image.Image:
    made = coffee_cut()
    return row([(picture(photo("coffee.png")), "image"), (gray(made.mask), "mask"), (on_checks(made.rgba), "cutout")])


def ben2_mask() -> Image.Image:
    """What its outputs are; the subject here is found without the model, which is not the pack's to give."""
    made = coffee_cut()
    tiles = ((gray(made.mask), "mask"), (on_checks(made.rgba), "cutout"), (gray(made.edge_band), "edge_band"))
    return row(tiles)


def ad_save() -> Image.Image:
    with tempfile.TemporaryDirectory() as out:
        made = make_ad(AdRequest(ROOT / "samples/coffee.png", {**CAFE, "tone": "friendly"}, Path(out)))
        left = sized(Image.open(made.files[0]).convert("RGB"), 300)
        name = made.files[0].name
    first = made.copies.split("\n\n")[0]
    width = WIDTH - GAP - left.width
    lines = [(name, 20, COPPER, TEXT), (name.rsplit(".", 1)[0] + ".txt", 20, COPPER, TEXT)]
    right = card([*lines, (first, 20, INK, TEXT), (made.hashtags, 18, QUIET, TEXT)], width)
    whole = Image.new("RGB", (WIDTH, max(left.height, right.height)), GROUND)
    whole.paste(left, (0, 0))
    whole.paste(right, (left.width + GAP, 0))
    return whole


def calligraphy_render() -> Image.Image:
    width, height = 354, 190
    tiles = []
    for style in STYLES:
        look = LetteringStyle(
            font="Black Han Sans", color=COPPER, style=style, relief=0.8, width_px=width - 40, height_px=height - 40
        )
        made = render("오늘의 특가", look)
        ground = np.full((height, width, 3), PAPER, np.float32)
        inside = ground[20:-20, 20:-20]
        inside += (made.rgba[..., :3] - inside) * made.rgba[..., 3:]
        tiles.append((picture(ground), style))
    return stacked([row(tiles[:2]), row(tiles[2:])], GAP)


def helper_prompt() -> Image.Image:
    said = "봄비 오는 창가, 따뜻한 라떼 한 잔\n딸기 케이크와 함께 즐기는 오후"
    given = helper.write(said, "", helper.KEYWORDS, 0.5)
    top = card([("text", 20, COPPER, TEXT), (said, 28, INK, BOLD)], WIDTH)
    return stacked([top, card([("prompt", 20, COPPER, TEXT), (given, 26, INK, TEXT)], WIDTH)], GAP)


def lettering_effects() -> Image.Image:
    return sheet([sized(each, (WIDTH - GAP) // 2) for each in effects()], 2, GAP)


def prompt_clamp77() -> Image.Image:
    """A prompt that is too long: what CLIP reads, and what it has no room for struck through."""
    text = (
        "a glass of iced americano on a stone table, morning light through a window, best quality, high quality, "
        "masterpiece, condensation on the glass, linen napkin, roasted beans in a bowl, soft shadows, muted colors, "
        "shallow depth of field, steam in the background, a plant in a clay pot, wooden chairs, film grain, "
        "warm color grading, editorial food photography, the logo of the shop on the glass"
    )
    fitted = clamp.fit(text, clip_tokens.counter(), must_keep="the logo of the shop on the glass")
    font, step, margin = typeface(24), 38, 28
    whole = Image.new("RGB", (WIDTH, 1000), GROUND)
    draw, x, y = ImageDraw.Draw(whole), margin, margin
    draw.text((x, y), f"{fitted.token_count} / 77 CLIP", COPPER, typeface(24, BOLD))
    y += step + 8
    for part in fitted.parts:
        for word in (part.text + part.end).split():
            length = draw.textlength(word + " ", font)
            if x + length > WIDTH - margin:
                x, y = margin, y + step
            if part.must:
                draw.rectangle((x - 3, y, x + length - 3, y + 31), "#CFE4FB")
            draw.text((x, y), word, INK if part.kept else "#A79F96", font)
            if not part.kept:
                draw.line((x, y + 16, x + length, y + 16), "#E8912D", 2)
            x += length
    return whole.crop((0, 0, WIDTH, y + step + margin - 6))


def qwen2vl_layout_advisor() -> Image.Image:
    subject = coffee_cut().rgba
    made = compose(backdrop(864, 1080, "window", seed=2, picture=subject), subject, ComposeOptions())
    portrait = photo("astronaut.png")[:, 76:486]
    shown = [(made.image, made.mask, "아메리카노 1+1"), (portrait, cut(portrait).mask, "프로필 촬영 30% 할인")]
    return row([(picture(preview(each, advise(each, mask, text))), text) for each, mask, text in shown])


def text_placer() -> Image.Image:
    """The same lettering on the same busy place, as it is and made legible."""
    busy = photo("coffee.png")
    lettering = render("오늘의 핸드드립", LetteringStyle(color="#FFF3D6", size_px=90)).rgba
    where = Placement(x=50, y=24, width=84, height=26)
    made = [place(busy, lettering, where, legibility=each).image for each in ("off", "fix")]
    return row([(picture(each), f"legibility: {name}") for each, name in zip(made, ("off", "fix"), strict=True)])


MAKERS = {
    "AdBackdrop": ad_backdrop,
    "AdCanvas": ad_canvas,
    "AdCompose": ad_compose,
    "AdCopyLLM": ad_copy_llm,
    "AdCutout": ad_cutout,
    "AdDesign": ad_design,
    "AdSave": ad_save,
    "BEN2Mask": ben2_mask,
    "CalligraphyRender": calligraphy_render,
    "HelperPrompt": helper_prompt,
    "LetteringEffects": lettering_effects,
    "PromptClamp77": prompt_clamp77,
    "Qwen2VLLayoutAdvisor": qwen2vl_layout_advisor,
    "TextPlacer": text_placer,
}


def main() -> int:
    unknown = [name for name in sys.argv[1:] if name not in MAKERS]
    if unknown:
        print(f"No picture is called {', '.join(unknown)}. There are: {', '.join(MAKERS)}")
        return 2
    for name in sys.argv[1:] or MAKERS:
        image = MAKERS[name]()
        image.save(ROOT / "js" / "docs" / name / "example.webp", quality=84, method=6)
        print(f"js/docs/{name}/example.webp", *image.size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
