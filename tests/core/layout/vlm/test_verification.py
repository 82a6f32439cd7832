"""Two hundred broken answers, and what the check does to sound ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import numpy as np
import pytest
from fit_ad.core.color.spaces import contrast, parse_hex
from fit_ad.core.layout.formats import KeepOut
from fit_ad.core.layout.model import ANCHORS, Layout
from fit_ad.core.layout.pixel_advisor import PixelReading, read
from fit_ad.core.layout.vlm.proposals import PromptContext
from fit_ad.core.layout.vlm.verification import VerifiedLayout, verify

WIDTH, HEIGHT = 864, 1080
SEEN = PromptContext(616, 784, WIDTH, HEIGHT)
FRAME = KeepOut(top=8, right=7, bottom=9, left=7)
CREAM = (0.97, 0.93, 0.85)
HEADLINE = "오늘, 커피 한 잔의 여유"


def picture() -> tuple[np.ndarray, np.ndarray]:
    """A cream picture whose subject stands in the lower middle."""
    rgb = np.broadcast_to(np.float32(CREAM), (HEIGHT, WIDTH, 3)).copy()
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    rgb[430:900, 200:660] = (0.45, 0.2, 0.1)
    mask[430:900, 200:660] = 1
    return rgb, mask


@pytest.fixture(scope="module")
def reading() -> PixelReading:
    rgb, mask = picture()
    return read(rgb, mask, HEADLINE, "ko", FRAME)


def sound(n: int) -> dict[str, object]:
    """An answer in the form that is asked for; its boxes wander over picture and subject with ``n``."""
    x, y = 60 * n % 700, 90 * n % 800
    boxes = [[x, y, x + 300, y + 120], [70, 90, 930, 330], [700 - x, 850 - y, 1000 - x, 950 - y]]
    colors = ["#2B1A10", "#FFFFFF", "#7A4"]
    entries = [{"box": box, "text_color": color} for box, color in zip(boxes, colors, strict=True)]
    return {"boxes": entries, "position": "top", "mood": "따뜻하고 포근한", "palette": ["#FFFFFF"]}


def scaled(n: int, across: float, down: float, *, size: bool = False) -> dict[str, object]:
    answer = sound(n)
    for entry in answer["boxes"]:  # type: ignore[attr-defined]
        a, b, c, d = (v / 1000 * k for v, k in zip(entry["box"], (across, down) * 2, strict=True))
        entry["box"] = [a, b, c - a, d - b] if size else [a, b, c, d]
    return answer


def dumped(n: int) -> str:
    return json.dumps(sound(n), ensure_ascii=False)


def korean(n: int) -> str:
    rows = [
        {"왼쪽": f"{7 * n}%", "위": f"{8 * n}%", "너비": "40%", "높이": "14%", "글자색": "짙은 갈색"},
        {"왼쪽": "10%", "위": "10%", "너비": "80%", "높이": "20%", "글자색": "흰색"},
    ]
    return json.dumps({"상자": rows, "위치": "상단 왼쪽", "분위기": "아늑한"}, ensure_ascii=False)


def nested(n: int) -> str:
    box = {"bbox_2d": [61 * n, 70 * n, 61 * n + 250, 70 * n + 90], "label": "headline"}
    return json.dumps({"result": {"layout": {"areas": [{"region": box, "color": {"r": 40, "g": 20, "b": 10}}]}}})


def sides(n: int) -> str:
    return json.dumps([{"x1": 900 - 50 * n, "y1": 400, "x2": 20, "y2": 30 * n, "fontColor": "rgb(30, 20, 10)"}])


NONSENSE = (
    "",
    "I cannot see the image.",
    "null",
    "[]",
    "{}",
    "{{{[[[",
    "가나다" * 900,
    "0 " * 500,
    "<html>500</html>",
    '"',
)
SPOTS = ("왼쪽 위", "상단", "우측 하단", "가운데", "아래")


def huge(n: int) -> str:
    return json.dumps({"boxes": [{"box": [i * n, i, i * n + 200, i + 40]} for i in range(200)]}) * 20


def wild(n: int) -> str:
    far = {"box": [-(10.0**n), -50, 10.0**n, 5000], "text_color": "#GG"}
    return json.dumps({"boxes": [far, {"box": [n, n, n, n]}]})


WAYS: dict[str, Callable[[int], str]] = {
    "fenced, with prose around": lambda n: f"Sure! Here you go:\n```json\n{dumped(n)}\n```\nHope it helps.",
    "single quotes": lambda n: str(sound(n)),
    "curly quotes, trailing commas": lambda n: dumped(n).replace('"', "”").replace("}", ",}").replace("]", ",]"),
    "cut off": lambda n: dumped(n)[: 25 + 17 * n],
    "percent": lambda n: json.dumps(scaled(n, 100, 100)),
    "fractions": lambda n: json.dumps(scaled(n, 1, 1)),
    "pixels of what was seen": lambda n: json.dumps({"unit": "pixel", **scaled(n, SEEN.width, SEEN.height)}),
    "pixels of the whole picture": lambda n: json.dumps({"unit": "px", **scaled(n, WIDTH * 1.2, HEIGHT * 1.2)}),
    "width and height": lambda n: json.dumps(scaled(n, 1000, 1000, size=True)),
    "Qwen's box marks": lambda n: f"<|box_start|>({50 * n},{40 * n}),({50 * n + 300},{40 * n + 99})<|box_end|>",
    "Korean names": korean,
    "nested, other names": nested,
    "swapped corners": sides,
    "words only": lambda n: f"글자는 {SPOTS[n % 5]}에 두세요. 글자색은 흰색.",
    "prose with numbers": lambda n: f"Place it at x: {8 * n}%, y: {9 * n}%, width: 50%, height: 20% in dark brown.",
    "strings for numbers": lambda n: json.dumps({"box": f"[{70 * n}, {60 * n}, {70 * n + 280}, {60 * n + 90}]"}),
    "wrong types": lambda n: json.dumps({"boxes": [[None, n], {"box": [True, "a", {}, n]}, n], "mood": n, "color": []}),
    "nonsense": lambda n: NONSENSE[n],
    "far out of the picture": wild,
    "endless": huge,
}
TABLE = [(way, n) for way in WAYS for n in range(10)]


def overlap(box: object, mask: np.ndarray) -> float:
    rows, columns = box.to_px(mask.shape[1], mask.shape[0]).slices(*mask.shape)  # type: ignore[attr-defined]
    return float(mask[rows, columns].mean())


def test_the_table_holds_two_hundred_answers_in_twenty_ways() -> None:
    assert (len(WAYS), len(TABLE)) == (20, 200)
    assert len({WAYS[way](n) for way, n in TABLE}) == 195  # "words only" has five places


@pytest.mark.parametrize("way", WAYS)
def test_any_answer_gives_a_layout_that_holds(way: str, reading: PixelReading) -> None:
    _, mask = picture()
    for n in range(10):
        advice = verify(reading, WAYS[way](n), SEEN, "model").advice
        json.dumps(advice.analysis, allow_nan=False)
        layout = Layout.from_dict(json.loads(json.dumps(advice.layout.as_dict())))
        assert 1 <= len(layout.boxes) <= 5
        assert layout.position in ANCHORS
        for box in layout.boxes:
            assert box.x >= 7 - 0.01
            assert box.y >= 8 - 0.01
            assert box.x + box.width <= 93.01
            assert box.y + box.height <= 91.01
            assert box.width >= 5
            assert box.height >= 2
            assert overlap(box, mask) <= 0.02
            assert float(contrast(parse_hex(box.text_color), CREAM)) >= 4.5
            assert box.anchor in ANCHORS
        for i, a in enumerate(layout.boxes):
            for b in layout.boxes[i + 1 :]:
                beside = a.x + a.width <= b.x or b.x + b.width <= a.x
                assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y


def test_answers_with_random_damage_give_layouts_that_hold(reading: PixelReading) -> None:
    _, mask = picture()
    rng = random.Random(4)
    signs = "{}[]\",:'0123456789.-% \n가x#"
    for n in range(100):
        text = list(rng.choice(list(WAYS.values()))(n % 10)[:1200])
        for _ in range(rng.randint(1, 30)):
            at = rng.randrange(len(text) + 1)
            text[at : at + rng.randint(0, 2)] = rng.choices(signs, k=rng.randint(0, 2))
        for box in verify(reading, "".join(text), SEEN, "model").advice.layout.boxes:
            assert overlap(box, mask) <= 0.02
            assert 6.99 <= box.x <= box.x + box.width <= 93.01
            assert 7.99 <= box.y <= box.y + box.height <= 91.01
            assert float(contrast(parse_hex(box.text_color), CREAM)) >= 4.5


READABLE = [way for way in WAYS if way not in ("wrong types", "nonsense", "cut off")]


@pytest.mark.parametrize("way", READABLE)
def test_what_can_be_read_is_the_models(way: str, reading: PixelReading) -> None:
    result = verify(reading, WAYS[way](3), SEEN, "model").advice
    assert result.layout.source == "model"
    assert result.analysis["boxes"][0]["by"] == "model"


def one(reading: PixelReading, box: list[float], **more: object) -> VerifiedLayout:
    return verify(reading, json.dumps({"boxes": [{"box": box}], **more}), SEEN, "model")


def test_a_good_box_stays_where_it_is(reading: PixelReading) -> None:
    result = one(reading, [80, 100, 920, 350], text_color="#2B1A10", mood="따뜻한")
    box = result.advice.layout.boxes[0]
    assert (box.x, box.y, box.width, box.height) == pytest.approx((8, 10, 84, 25), abs=0.05)
    assert (box.text_color, box.anchor) == ("#2B1A10", "top")
    assert result.advice.layout.mood == "따뜻한"
    assert result.changes == ()


def test_a_box_on_the_subject_goes_to_the_nearest_place(reading: PixelReading) -> None:
    result = one(reading, [250, 700, 750, 800])
    change = result.changes[0]
    assert (change.box, change.what, change.why) == (1, "box", "it lay on the subject")
    assert change.before == pytest.approx([25, 70, 50, 10], abs=0.05)
    box = result.advice.layout.boxes[0]
    assert change.after == [box.x, box.y, box.width, box.height]
    assert box.y >= 83  # the strip under the subject is nearer than the room above


def test_a_box_over_the_frame_is_cut_to_it(reading: PixelReading) -> None:
    result = one(reading, [-50, 20, 1000, 330])
    box = result.advice.layout.boxes[0]
    assert (box.x, box.y, box.x + box.width, box.y + box.height) == pytest.approx((7, 8, 93, 33), abs=0.05)
    assert "keep-out" in result.changes[0].why


def test_a_pale_colour_is_replaced_and_told(reading: PixelReading) -> None:
    result = one(reading, [80, 100, 920, 350], text_color="white")
    assert [(c.what, c.before) for c in result.changes] == [("text_color", "#FFFFFF")]
    assert result.changes[0].why == "it keeps only 1.2:1 there"
    assert result.advice.layout.text_color == result.changes[0].after


def test_boxes_on_one_another_are_parted(reading: PixelReading) -> None:
    text = json.dumps({"boxes": [{"box": [80, 100, 920, 350]}, {"box": [90, 110, 900, 340]}]})
    result = verify(reading, text, SEEN, "model")
    assert result.changes[0][:3] == (2, "box", "it lay on a better box")


def test_a_box_too_small_for_the_words_is_grown(reading: PixelReading) -> None:
    result = one(reading, [100, 120, 200, 140])
    assert result.changes[0].why == "the words would have been too small in it"
    assert result.advice.layout.boxes[0].width >= 20


def test_a_mood_in_the_wrong_language_is_not_taken(reading: PixelReading) -> None:
    result = one(reading, [80, 100, 920, 350], mood="warm and cosy")
    assert result.advice.layout.mood == reading.mood
    assert result.changes[0].what == "mood"


def test_too_few_boxes_are_followed_by_those_of_the_pixels(reading: PixelReading) -> None:
    result = one(reading, [80, 100, 920, 350])
    assert [row["by"] for row in result.advice.analysis["boxes"]][:2] == ["model", "pixels"]


def test_an_unreadable_answer_is_the_pixels_advice(reading: PixelReading) -> None:
    result = verify(reading, "I cannot see the image.", SEEN, "model")
    assert result.advice.layout.source == "pixels"
    assert result.changes[0].why == "no box could be read in the answer"


def test_a_subject_everywhere_still_gives_a_box() -> None:
    rgb, mask = picture()
    everywhere = read(rgb, np.ones_like(mask), HEADLINE)
    result = one(everywhere, [80, 100, 920, 350])
    assert len(result.advice.layout.boxes) >= 1
    assert result.changes[0].why == "it lay on the subject"


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (258, 1029), (900, 60)])
def test_any_size_of_picture_holds(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(0).random((*shape, 3), np.float32)
    small = read(rgb, None, HEADLINE)
    for text in ('{"box": [100, 100, 900, 300]}', '{"box": [0, 0, 1, 1]}', "top left", ""):
        for box in verify(small, text, PromptContext(28, 28, shape[1], shape[0]), "model").advice.layout.boxes:
            assert min(box.x, box.y) >= 0
            assert max(box.x + box.width, box.y + box.height) <= 100.01
