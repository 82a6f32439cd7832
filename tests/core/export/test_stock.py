"""Stock mode: what other programs read out of the files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from fit_ad.core.export import FileMetadata, SaveOptions, encode, save_ads, stock_metadata
from fit_ad.core.export.stock import NO_CAPTION, Caption, caption_for, for_stock
from PIL import Image, IptcImagePlugin, features
from saved_pictures import flat, noise, opened

COPIES = "A안\n고생했어요, 커피 한 잔 해요\n아메리카노 1+1\n\nB안\n봄날"
TITLE = 'Latte & "cake" <봄날>'
CAPTION = Caption(TITLE, ("coffee", "카페 봄날", "1+1"))
KINDS = ["jpeg", "png", "webp", *(["avif"] if features.check("avif") else [])]
DC, RDF = "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def saved(kind: str, notes: FileMetadata) -> bytes:
    return encode(noise(60, 80), SaveOptions(kind), notes).data


# --- words ---


@pytest.mark.parametrize(
    ("keywords", "hashtags", "found"),
    [
        ("coffee, latte art; 봄날 카페\ncup", "#no", ("coffee", "latte art", "봄날 카페", "cup")),
        ("#coffee #latte  #cup", "", ("coffee", "latte", "cup")),
        ("latte art", "", ("latte art",)),
        ("#latte, #cup of joy", "", ("latte", "cup of joy")),
        (" , ;", "#카페 #커피#카페 #CAFE #cafe", ("카페", "커피", "CAFE")),
        ("", "", ()),
        ("가" * 70, "", ("가" * 64,)),
        (",".join(map(str, range(60))), "", tuple(map(str, range(49)))),
    ],
)
def test_keywords(keywords: str, hashtags: str, found: tuple[str, ...]) -> None:
    assert caption_for("t", keywords, "", hashtags).keywords == found


@pytest.mark.parametrize(
    ("title", "copies", "found"),
    [
        ("  Latte\n art ", COPIES, "Latte art"),
        ("", COPIES, "고생했어요, 커피 한 잔 해요"),
        ("", "Copy A\nCome in\n", "Come in"),
        ("", "", ""),
        ("x" * 300, "", "x" * 200),
        ("a\x00b\ud800c\x1b", "", "a b c"),
        ("use sk-proj-abcDEF1234567890abcDEF", "", "use …"),
    ],
)
def test_titles(title: str, copies: str, found: str) -> None:
    assert caption_for(title, "", copies).title == found


def test_what_a_site_asks_of_the_file() -> None:
    assert for_stock(SaveOptions("jpeg", 500, 80, 0)) == SaveOptions("jpeg", 45_000, 95, 2500)
    assert for_stock(SaveOptions("png", 0, 99, 4000)) == SaveOptions("png", 45_000, 99, 4000)


def test_what_is_missing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert stock_metadata(FileMetadata(), ("", ""), ("", ""), "").caption == NO_CAPTION
    assert "has no title for stock sites" in caplog.text
    assert stock_metadata(FileMetadata(), ("", ""), (COPIES, "#a"), "generated") == FileMetadata(
        caption=Caption("고생했어요, 커피 한 잔 해요", ("a",)), ai="generated"
    )


# --- read by others ---


@pytest.mark.parametrize("kind", KINDS)
def test_pillow_reads_the_xmp_of_every_format(kind: str) -> None:
    image = opened(saved(kind, FileMetadata(caption=CAPTION, ai="generated")))
    packet = image.info["XML:com.adobe.xmp"].encode() if kind == "png" else image.info.get("xmp")
    packet = packet or dict(image.applist)["APP1"].partition(b"\0")[2]  # a JPEG in Pillow before 11
    root = ElementTree.fromstring(packet.decode().strip())
    assert [li.text for li in root.iterfind(f".//{DC}title/{RDF}Alt/{RDF}li")] == [TITLE]
    assert [li.text for li in root.iterfind(f".//{DC}description/{RDF}Alt/{RDF}li")] == [TITLE]
    assert [li.text for li in root.iterfind(f".//{DC}subject/{RDF}Bag/{RDF}li")] == list(CAPTION.keywords)
    assert b"/digitalsourcetype/trainedAlgorithmicMedia" in packet


def iim(data: bytes) -> Any:
    return IptcImagePlugin.getiptcinfo(opened(data))


def test_pillow_reads_the_iim_of_a_jpeg() -> None:
    found = iim(saved("jpeg", FileMetadata(caption=CAPTION)))
    assert found[(1, 90)] == b"\x1b%G"
    assert found[(2, 5)].decode() == TITLE
    assert [word.decode() for word in found[(2, 25)]] == list(CAPTION.keywords)
    assert found[(2, 120)].decode() == TITLE


def test_iim_is_cut_between_characters() -> None:
    found = iim(saved("jpeg", FileMetadata(caption=Caption("가" * 30, ("나" * 22,)))))
    assert found[(2, 5)].decode() == "가" * 21  # 63 of 64 bytes
    assert found[(2, 25)].decode() == "나" * 21


def test_exiv2_reads_all_of_it(tmp_path: Path) -> None:
    pyexiv2 = pytest.importorskip("pyexiv2")
    (tmp_path / "a.jpg").write_bytes(saved("jpeg", FileMetadata({"1": {}}, {}, "copy", "composite", CAPTION)))
    with pyexiv2.Image(str(tmp_path / "a.jpg")) as image:
        iptc, xmp, exif = image.read_iptc(), image.read_xmp(), image.read_exif()
    assert iptc["Iptc.Application2.ObjectName"] == TITLE
    assert iptc["Iptc.Application2.Keywords"] == list(CAPTION.keywords)
    assert xmp["Xmp.dc.title"] == {'lang="x-default"': TITLE}
    assert xmp["Xmp.dc.subject"] == list(CAPTION.keywords)
    assert xmp["Xmp.iptcExt.DigitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert exif["Exif.Image.Software"] == "Fit-AD"


@pytest.mark.parametrize("caption", [Caption("Only a title"), Caption("", ("only", "keywords"))])
def test_half_a_caption(caption: Caption) -> None:
    data = saved("jpeg", FileMetadata(caption=caption))
    found = iim(data)
    assert ((2, 5) in found, (2, 25) in found) == (bool(caption.title), bool(caption.keywords))
    assert (b"dc:title" in data, b"dc:subject" in data) == (bool(caption.title), bool(caption.keywords))


def test_without_a_caption_files_are_as_they_were() -> None:
    assert saved("jpeg", FileMetadata(caption=NO_CAPTION)) == saved("jpeg", FileMetadata())
    assert b"Photoshop" not in saved("jpeg", FileMetadata(ai="generated"))


# --- files ---


def test_large_picture_and_sidecar(tmp_path: Path) -> None:
    notes = FileMetadata(caption=CAPTION, ai="composite")
    (ad,) = save_ads(
        [flat((0.9, 0.8, 0.7), 40, 60)], for_stock(SaveOptions()), notes, prefix="x", output_folder=tmp_path
    )
    with Image.open(tmp_path / ad.filename) as image:
        assert image.size == (3750, 2500)
    told = json.loads((tmp_path / ad.filename).with_suffix(".json").read_text(encoding="utf-8"))
    assert told == {
        "title": TITLE,
        "keywords": list(CAPTION.keywords),
        "width_px": 3750,
        "height_px": 2500,
        "made_with_ai": "composite",
    }


def test_without_a_caption_there_is_no_sidecar(tmp_path: Path) -> None:
    save_ads([flat((0.5, 0.5, 0.5))], SaveOptions(), FileMetadata(), prefix="x", output_folder=tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".jpg"]
