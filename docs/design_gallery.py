#!/usr/bin/env python3
"""Draw every design once, on a free photo or its own drawings, and write docs/gallery.md.

python docs/design_gallery.py [DESIGN …]"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
from fit_ad.core.copywriting.parts import read_parts
from fit_ad.core.design.engine import DesignRequest, design_ad
from fit_ad.core.design.library import design_files, read_design
from fit_ad.core.design.schema import Design
from fit_ad.core.matting.cutout import cut
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "images" / "gallery"
WIDTH, HEIGHT, SHOWN = 1080, 1350, 360
COLUMNS = 4
QUALITY = 80

COFFEE = {
    "shop": "카페 봄날 연남동", "headline": "아메리카노 1+1", "product": "아메리카노", "discount": "1+1",
    "period": "12월 31일까지", "hours": "매일 14–17시", "badge": "한 잔 더!", "cta": "지금 들르기",
    "purpose": "deal", "angle": "offer",
}  # fmt: skip
LATTE = {
    "shop": "카페 봄날 연남동", "eyebrow": "가을 신메뉴", "headline": "흑임자 크림라떼", "product": "흑임자 크림라떼",
    "price_now": "6,500원", "sub": "고소함이 진하게", "badge": "신메뉴", "hours": "매일 10–21시",
    "address": "연남동 골목 안", "cta": "주문하기", "purpose": "new", "angle": "product",
}  # fmt: skip
BLEND = {
    "shop": "로스터리 봄날", "headline": "겨울에는 조금 더 진하게", "emphasis": "진하게", "eyebrow": "WINTER BLEND",
    "product": "윈터 블렌드", "sub": "200g", "price_now": "16,000원", "purpose": "new", "angle": "mood",
}  # fmt: skip
LESSON = {
    "shop": "로스터리 봄날", "headline": "원데이 클래스", "eyebrow": "핸드드립 배우기", "product": "핸드드립",
    "price_now": "45,000원", "period": "매주 토 오후 2시", "purpose": "new",
}  # fmt: skip
PROFILE = {
    "shop": "우주 사진관 성수점", "headline": "프로필 촬영 30% 할인", "product": "프로필 촬영", "discount": "30% 할인",
    "price_now": "35,000원부터", "period": "11월 한 달", "cta": "네이버 예약", "address": "성수역 3번 출구",
    "purpose": "deal", "angle": "offer",
}  # fmt: skip
PORTRAIT = {
    "shop": "우주 사진관 성수점", "headline": "가장 나다운 얼굴", "product": "프로필 촬영", "price_now": "50,000원",
    "sub": "당일 보정", "cta": "예약하기", "address": "성수역 3번 출구", "purpose": "brand", "angle": "mood",
}  # fmt: skip
MENU = {
    "shop": "할매순대국", "headline": "할매순대국", "product": "특순대국", "conditions": "주차 가능",
    "badge": "점심특선 11–14시", "contact": "032-555-0102", "purpose": "brand",
    "items": [
        {"name": "순대국", "price": "9,000"}, {"name": "특순대국", "price": "11,000"},
        {"name": "모둠수육", "price": "32,000"}, {"name": "술국", "price": "15,000"},
    ],
}  # fmt: skip
SNACKS = {
    "shop": "햇살분식", "headline": "떡볶이 세트 만원", "product": "떡볶이 세트", "price_now": "10,000원",
    "hours": "11–21시", "conditions": "월요일 휴무", "contact": "031-555-0123", "purpose": "deal", "angle": "offer",
    "items": [
        {"name": "떡볶이", "price": "4,000"}, {"name": "튀김 5개", "price": "3,000"},
        {"name": "순대", "price": "4,000"},
    ],
}  # fmt: skip
CHICKEN = {
    "shop": "대장치킨 상도점", "headline": "후라이드 1+1", "product": "후라이드", "discount": "1+1",
    "period": "매주 수요일", "conditions": "포장만 가능", "contact": "02-555-0177", "cta": "포장 주문",
    "address": "상도동", "purpose": "deal", "angle": "offer",
}  # fmt: skip
HIGHBALL = {
    "shop": "밤포차 을지로", "headline": "하이볼 1+1", "product": "하이볼", "hours": "밤 10시부터", "discount": "1+1",
    "period": "금·토만", "purpose": "deal", "angle": "offer",
}  # fmt: skip
CLOSED = {
    "shop": "동네빵집 밀", "headline": "설 연휴 휴무 안내", "sub": "새해 복 많이 받으세요",
    "period": "1/28(화)–1/30(목)", "conditions": "1/31(금) 정상 영업", "badge": "휴무", "purpose": "closed",
}  # fmt: skip
HIRING = {
    "shop": "더맛김밥 범계점", "headline": "주방 알바 구합니다", "price_now": "시급 11,000원", "conditions": "주 5일",
    "hours": "10–16시", "cta": "문자 지원", "contact": "010-0000-0000", "badge": "여기, 당신 자리!",
    "purpose": "hiring",
}  # fmt: skip
OPEN = {
    "shop": "카페 봄날 합정점", "headline": "합정에 문을 엽니다", "emphasis": "문을 엽니다",
    "eyebrow": "새로 문을 여는 날", "period": "3월 2일 오전 8시", "discount": "전 메뉴 50% 할인",
    "badge": "첫날 하루", "address": "합정역 5번 출구 앞",
    "hours": "8–22시", "purpose": "open",
}  # fmt: skip
BAKERY = {
    "shop": "빵굽는마을 2호점", "headline": "오픈", "period": "12월 5일", "badge": "선착순 100명 소금빵 무료",
    "address": "상수역 1번 출구 2분", "purpose": "open",
}  # fmt: skip
HOURS = {
    "shop": "봄날의책방", "headline": "겨울 영업시간이 바뀌어요", "hours": "11–20시", "period": "12월 1일부터",
    "conditions": "월요일 휴무", "address": "통영 봉평동", "contact": "055-555-0188", "purpose": "notice",
}  # fmt: skip
READING = {
    "shop": "봄날의책방", "eyebrow": "작가와의 밤", "headline": "겨울밤 낭독회", "product": "낭독회 입장권",
    "price_now": "10,000원", "period": "12월 20일 (토) 19시", "conditions": "선착순 20명", "address": "책방 2층",
    "purpose": "season", "angle": "mood",
}  # fmt: skip
SENTENCE = {
    "shop": "봄날의책방", "headline": "천천히 읽어도 괜찮은 오후", "sub": "커피 한 잔, 책 한 권", "hours": "11–20시",
    "address": "통영 봉평동", "purpose": "brand", "angle": "mood",
}  # fmt: skip
LAUNDRY = {
    "shop": "크린24", "headline": "겨울패딩 세탁, 얼마예요?", "product": "패딩 세탁", "price_now": "15,000원",
    "conditions": "3벌 이상 수거 무료", "contact": "1588-0000", "purpose": "deal", "angle": "product",
}  # fmt: skip
MEAT = {
    "shop": "한돈마을정육점", "headline": "삼겹살 100g 1,980원", "product": "삼겹살 100g", "price_before": "2,680원",
    "price_now": "1,980원", "period": "토·일 이틀만", "contact": "02-555-0108", "purpose": "deal", "angle": "offer",
}  # fmt: skip
MATHS = {
    "shop": "정석수학 목동", "headline": "겨울방학 특강", "product": "중2·중3 수학", "period": "12/23 개강",
    "badge": "선착순 8명", "conditions": "원장 직강", "contact": "02-555-0170", "purpose": "new", "angle": "product",
    "items": [
        {"name": "중2 개념", "price": "월·수 17:00"}, {"name": "중2 심화", "price": "화·목 17:00"},
        {"name": "중3 개념", "price": "월·수 19:00"}, {"name": "중3 심화", "price": "화·목 19:00"},
    ],
}  # fmt: skip
BOXES = {
    "shop": "(주)한빛포장", "headline": "골판지박스 주문제작", "product": "골판지박스", "sub": "소량 100장부터",
    "conditions": "납기 3일", "cta": "견적 문의", "contact": "031-555-0143", "address": "시흥시 정왕동",
    "purpose": "brand", "angle": "product",
}  # fmt: skip
CLINIC = {
    "shop": "푸른한의원", "headline": "체질에 맞춘 다이어트 한약", "product": "1개월분", "discount": "30% 할인",
    "conditions": "체질 상담 포함", "hours": "평일 9–19시 · 토 9–14시", "contact": "02-555-0180",
    "address": "은평구 불광동", "legal_note": "개인에 따라 소화 불량, 두근거림 등 부작용이 있을 수 있습니다.",
    "purpose": "deal", "angle": "product",
}  # fmt: skip


def _season(shop: str, headline: str, product: str, price: str, period: str, **more: str) -> dict[str, str]:
    own = {"shop": shop, "headline": headline, "product": product, "price_now": price, "period": period}
    return {**own, "purpose": "season", "angle": "product", **more}


NEW_YEAR = _season("청정한우 횡성", "설 선물세트 사전예약", "한우 선물세트", "", "1/20까지", discount="10% 할인",
                   conditions="전국 택배", contact="033-555-0141")  # fmt: skip
CHUSEOK = _season("복떡방", "달처럼 둥근 추석 송편", "송편 1kg", "12,000원", "9/20까지 예약", contact="02-555-0147")
CHRISTMAS = _season("달콤연구소", "크리스마스 케이크 예약", "딸기 케이크 1호", "38,000원", "12/20까지", cta="예약하기")
EXAM = _season("꽃피는날", "수고했어, 수능 꽃다발", "수능 꽃다발", "15,000원부터", "11월 13일까지", emphasis="수고했어",
               contact="02-555-0134")  # fmt: skip
VALENTINE = _season("쇼콜라 담", "발렌타인 초콜릿 상자", "수제 초콜릿 12구", "28,000원", "2/14까지", cta="예약하기")
PARENTS = _season("꽃피는날 플라워", "어버이날 카네이션", "카네이션 꽃바구니", "35,000원부터", "5/5까지 예약",
                  sub="고맙습니다, 사랑합니다", contact="02-555-0134")  # fmt: skip
SUMMER = _season("카페 파도", "여름엔 수박주스", "수박주스", "5,900원", "7–8월 한정", emphasis="수박주스",
                 hours="10–22시", address="강릉 안목해변")  # fmt: skip
KIMJANG = _season("엄마손반찬", "김장 김치 예약", "포기김치 10kg", "69,000원", "11/15–11/30", contact="02-555-0107")
SCHOOL = _season("필름로그 사진관", "졸업 사진 찍는 날", "졸업 프로필", "30,000원", "2월 한 달", cta="예약하기",
                 conditions="당일 보정", address="대구 동성로")  # fmt: skip

Words = dict[str, object]
SHOWN_WITH: dict[str, tuple[str, Words]] = {
    "huge-number": ("coffee", COFFEE), "burst-sale": ("coffee", COFFEE), "sticker-pop": ("coffee", LATTE),
    "split-seam": ("coffee", LATTE), "bento-grid": ("coffee", LATTE), "circle-spot": ("coffee", LATTE),
    "diagonal-cut": ("coffee", COFFEE), "editorial": ("coffee", BLEND), "hanji-brush": ("coffee", BLEND),
    "quiet-luxury": ("coffee", BLEND), "type-behind": ("coffee", BLEND), "review-card": ("coffee", LATTE),
    "arch-frame": ("coffee", LATTE), "caption-card": ("coffee", LATTE), "scrapbook": ("coffee", LESSON),
    "shop-awning": ("coffee", OPEN), "newspaper": ("coffee", OPEN), "chalkboard": ("coffee", LATTE),
    "photo-side": ("astronaut", PROFILE), "wave-soft": ("astronaut", PORTRAIT),
    "magazine-cover": ("astronaut", PORTRAIT), "menu-list": ("", MENU), "receipt-roll": ("", SNACKS),
    "retro-sign": ("", CHICKEN), "coupon-cut": ("", CHICKEN),
    "neon-night": ("", HIGHBALL), "notice": ("", CLOSED), "open-hours": ("", HOURS), "map-pin": ("", OPEN),
    "big-word": ("", HIRING), "search-bar": ("", HIRING), "opening": ("", BAKERY), "ticket-stub": ("", READING),
    "calendar-leaf": ("", READING), "quote-letter": ("", SENTENCE), "chat-talk": ("", LAUNDRY),
    "price-drop": ("", MEAT), "class-timetable": ("", MATHS), "blueprint": ("", BOXES), "clinic-calm": ("", CLINIC),
    "day-seollal": ("", NEW_YEAR), "day-chuseok": ("", CHUSEOK), "day-christmas": ("", CHRISTMAS),
    "day-exam": ("", EXAM), "day-valentine": ("", VALENTINE), "day-parents": ("", PARENTS),
    "day-summer": ("", SUMMER), "day-kimjang": ("", KIMJANG), "day-school": ("", SCHOOL),
}  # fmt: skip


@cache
def photo(name: str) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return a sample photo [H,W,3] and its subject [H,W,4], float32 0..1."""
    if not name:
        return None, None
    with Image.open(ROOT / "samples" / f"{name}.png") as opened:
        whole = np.asarray(opened.convert("RGB"), np.float32) / 255
    return whole, cut(whole).rgba


def draw(name: str) -> None:
    """Draw a design's picture of the gallery."""
    source, words = SHOWN_WITH[name]
    picture, cutout = photo(source)
    request = DesignRequest(read_parts(words), WIDTH, HEIGHT, photo=picture, cutout=cutout, design=name)
    ad = Image.fromarray((np.clip(design_ad(request).image, 0, 1) * 255 + 0.5).astype(np.uint8))
    ad.resize((SHOWN, SHOWN * HEIGHT // WIDTH), Image.Resampling.LANCZOS).save(
        PICTURES / f"{name}.jpg", quality=QUALITY, optimize=True, progressive=True
    )


def page(designs: list[Design]) -> str:
    """Return the gallery page: a table of pictures with the designs' names in both languages."""
    lines = [
        "# 디자인 모음 / Designs",
        "",
        f"광고 디자인 {len(designs)}가지입니다. 사진, 문구, 크기에 맞게 다시 짜이며, 고르지 않으면 `auto`가 고릅니다. "
        "만드는 법은 [designs.md](designs.md)에 있습니다.",
        "",
        f"{len(designs)} designs. Each is composed afresh for your photo, words and format; `auto` picks one. "
        "[designs.md](designs.md) tells how to write your own.",
        "",
        "`docs/design_gallery.py` draws this page from `samples/` and the drawings in `designs/elements/`.",
        "",
        "<table>",
    ]
    for start in range(0, len(designs), COLUMNS):
        cells = "".join(_cell(found) for found in designs[start : start + COLUMNS])
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>", ""])


def _cell(found: Design) -> str:
    korean, english = found.title.get("ko", found.name), found.title.get("en", found.name)
    about = found.about.get("ko", "").replace('"', "'")
    image = f'<img src="images/gallery/{found.name}.jpg" width="200" alt="{korean}: {about}">'
    return f'<td align="center" width="25%">{image}<br><b>{korean}</b><br>{english}<br><code>{found.name}</code></td>'


def main(names: list[str]) -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    files = design_files()
    for name in names or [n for n in files if n in SHOWN_WITH]:
        draw(name)
    shown = [read_design(files[name]) for name in files if (PICTURES / f"{name}.jpg").is_file()]
    (ROOT / "docs" / "gallery.md").write_text(page(shown), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
