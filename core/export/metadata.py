"""What a file tells besides its pixels: the workflow, the words, that it was made with AI. Never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ..infra.secrets import scrubbed
from .stock import NO_CAPTION, Caption, caption_for

METADATA = ("none", "workflow", "full")
# How far AI made the picture -> IPTC's word for it. Source: cv.iptc.org/newscodes/digitalsourcetype.
SOURCE_TYPES = {"composite": "compositeWithTrainedAlgorithmicMedia", "generated": "trainedAlgorithmicMedia"}

_MAX_SEGMENT_BYTES = 65_000  # a JPEG segment holds 65 535 bytes
_MODEL_TAG, _MAKE_TAG, _DESCRIPTION_TAG, _SOFTWARE_TAG = 0x0110, 0x010F, 0x010E, 0x0131
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""{attributes}/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
_XMP_WITH_CAPTION = _XMP.replace("{attributes}/>", "{attributes}>\n{caption}\n</rdf:Description>")
_SOURCE_TYPE = """ xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{}\""""
_DUBLIN_CORE = ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
_log = logging.getLogger("fit_ad.saving")


@dataclass(frozen=True)
class FileMetadata:
    """What the file tells besides its pixels.

    Attributes:
        prompt: ComfyUI's API graph, or None.
        extra: ComfyUI's extra_pnginfo (``workflow`` and so on).
        description: Plain text, such as the ad's copies.
        ai: How far AI made the picture: "", or one of ``SOURCE_TYPES``.
        caption: Title and keywords for stock sites.
    """

    prompt: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    description: str = ""
    ai: str = ""
    caption: Caption = NO_CAPTION

    def __bool__(self) -> bool:
        return self.prompt is not None or bool(self.extra) or bool(self.description)

    @property
    def xmp(self) -> bytes:
        """Return the XMP packet, empty where there is nothing to tell."""
        source_type = SOURCE_TYPES.get(self.ai)
        attributes = _SOURCE_TYPE.format(source_type) if source_type else ""
        if self.caption:
            return _XMP_WITH_CAPTION.format(attributes=_DUBLIN_CORE + attributes, caption=self.caption.xmp).encode()
        return _XMP.format(attributes=attributes).encode() if attributes else b""


def metadata_for(
    policy: str, prompt: Any, extra: Mapping[str, Any] | None, copies: str, hashtags: str, ai: str = ""
) -> FileMetadata:
    """Return what the metadata policy (none | workflow | full) lets into the file, with every secret taken out."""
    if policy == "none":
        return FileMetadata()
    description = words(copies, hashtags) if policy == "full" else ""
    return FileMetadata(scrubbed(prompt), scrubbed(dict(extra or {})), scrubbed(description), ai)


def stock_metadata(notes: FileMetadata, said: tuple[str, str], words_of_ad: tuple[str, str], ai: str) -> FileMetadata:
    """Return the notes with a caption for stock sites, and with what AI made, whatever the metadata policy says.

    Args:
        notes: As the policy allows them.
        said: Title and keywords; what is empty comes from the ad's own words.
        words_of_ad: Copies and hashtags.
        ai: "", ``composite`` or ``generated``.
    """
    caption = caption_for(*said, *words_of_ad)
    if not caption.title or not caption.keywords:
        missing = "title" if not caption.title else "keywords"
        _log.warning("The picture has no %s for stock sites: write some, or connect copies and hashtags", missing)
    return replace(notes, caption=caption, ai=ai)


def words_file(copies: str, hashtags: str) -> bytes:
    """Return the text beside the ad, UTF-8; empty where there are no words."""
    text = words(copies, hashtags)
    return f"{text}\n".encode(errors="replace") if text else b""


def words(copies: str, hashtags: str) -> str:
    """Return copies and hashtags with an empty line between them."""
    return "\n\n".join(part.strip() for part in (copies, hashtags) if part.strip())


def options_for(kind: str, notes: FileMetadata) -> dict[str, Any]:
    """Return the options that make Pillow write the notes into a file of that format."""
    if kind == "png":
        return {"pnginfo": _png_notes(notes)}
    options: dict[str, Any] = {"exif": _exif(notes)} if notes else {}
    if kind == "jpeg":
        if len(options.get("exif", b"")) > _MAX_SEGMENT_BYTES:
            options = _within_a_segment(notes)
        segments = _segment(1, _XMP_MARK + notes.xmp) if notes.xmp else b""
        segments += _segment(13, notes.caption.iim) if notes.caption else b""
        return {**options, "extra": segments} if segments else options
    return {**options, "xmp": notes.xmp} if notes.xmp else options


def _within_a_segment(notes: FileMetadata) -> dict[str, Any]:
    """Return as much of the notes as one segment of a JPEG holds: the words first, then the workflow."""
    for fewer, missing in (
        (replace(notes, prompt=None), "The API graph is"),
        (replace(notes, prompt=None, extra={}), "The workflow is"),
        (FileMetadata(), "Workflow and words are"),
    ):
        exif = _exif(fewer) if fewer else b""
        if len(exif) <= _MAX_SEGMENT_BYTES:
            _log.warning("%s too long for a JPEG and left out; PNG, WebP and AVIF can carry it", missing)
            return {"exif": exif} if exif else {}
    return {}


def _segment(number: int, data: bytes) -> bytes:
    """Return a JPEG's APP segment; Pillow before 11 has no option for XMP, and none has one for IIM."""
    return bytes((0xFF, 0xE0 + number)) + (len(data) + 2).to_bytes(2, "big") + data


def _png_notes(notes: FileMetadata) -> PngInfo | None:
    if not notes and not notes.xmp:
        return None
    info = PngInfo()
    if notes.prompt is not None:
        info.add_text("prompt", json.dumps(notes.prompt))
    for key, value in notes.extra.items():
        info.add_text(key, json.dumps(value))
    if notes.description:
        info.add_itxt("Description", notes.description)
        info.add_text("Software", "Fit-AD")
    if notes.xmp:
        info.add_itxt("XML:com.adobe.xmp", notes.xmp.decode())
    return info


def _exif(notes: FileMetadata) -> bytes:
    """Return EXIF data; the tags are those ComfyUI writes into WebP and reads back."""
    exif = Image.Exif()
    if notes.prompt is not None:
        exif[_MODEL_TAG] = f"prompt:{json.dumps(notes.prompt)}"
    if notes.description:
        exif[_SOFTWARE_TAG] = "Fit-AD"
        exif[_DESCRIPTION_TAG] = notes.description.encode(errors="replace")
    for place, (key, value) in enumerate(notes.extra.items()):
        exif[_MAKE_TAG - place] = f"{key}:{json.dumps(value)}"
    return exif.tobytes()
