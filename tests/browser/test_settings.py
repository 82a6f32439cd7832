"""The page "Fit-AD" in ComfyUI's settings dialog: what is set there stands in the settings file; no key goes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from comfyui_server import KEYS, ComfyUIServer
from editor_page import EditorPage, Editors

pytestmark = [pytest.mark.comfyui, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
KEY, ENV_KEY, HOST = "sk-canary-d2c40f", KEYS["SETTINGS_KEY"], "hidden-host.example"
TEXT = f"""\
# mine
default_profile: rules # for now
profiles:
  own: {{base_url: "https://{HOST}/v1", model: qwen3, key: {KEY}}}
  paid: {{base_url: "https://{HOST}/v1", model: m, key_env: SETTINGS_KEY}}
  far: {{base_url: "https://{HOST}/v1", model: m, key_env: SETTINGS_NO_KEY}}
shop:
  name: 봄날 카페 # the sign
  colors: ["#FFF3E0"]
"""
_FILLED = """() => {
  const rows = [...document.querySelectorAll('.fit-ad-setting')]
  return rows.length === 8 && rows.every((row) => !row.inert || row.querySelector('[data-state=wrong]'))
}"""


class SettingsPage(EditorPage):
    """ComfyUI with the settings dialog open at Fit-AD's page."""

    def __init__(self, editors: Editors, *, vue: bool, locale: str = "en") -> None:
        super().__init__(editors, vue=vue, locale=locale)
        self.bodies: list[str] = []
        self.page.on("response", lambda answer: "/fit_ad/settings" in answer.url and self.bodies.append(answer.text()))

    def load(self) -> None:
        """Load the page anew."""
        self.reload()
        self.open()

    def open(self) -> None:
        """Open the dialog anew."""
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(1000)  # what was read in the last second is not asked for again
        self.page.keyboard.press("Control+Comma")
        self.page.get_by_role("dialog").get_by_text("Fit-AD", exact=True).click()
        self.page.wait_for_function(_FILLED)

    def field(self, label: str) -> Any:
        return self.page.locator(".fit-ad-setting").get_by_label(label, exact=True)

    def row(self, label: str) -> Any:
        return self.page.locator(".fit-ad-setting").filter(has=self.page.get_by_label(label, exact=True))

    def saved(self, label: str) -> None:
        self.row(label).get_by_text("Saved").wait_for()


class Scene:
    """A ComfyUI whose settings file, and what the page keeps beside it, can be looked at."""

    def __init__(self, comfyui: ComfyUIServer, file: Path) -> None:
        self.comfyui, self.file, self.page_file = comfyui, file, file.with_name("config.page.json")

    def begin(self) -> None:
        """Write the settings file anew, with nothing set on the page."""
        self.file.write_text(TEXT, encoding="utf-8")
        self.page_file.unlink(missing_ok=True)

    def kept(self) -> dict[str, Any]:
        """Return what is set on the page, of what differs from the settings file; that is never written."""
        assert self.file.read_text(encoding="utf-8") == TEXT
        said = {"default_profile": "rules", "name": "봄날 카페", "colors": ["#FFF3E0"], "banned_words": []}
        values = json.loads(self.page_file.read_text(encoding="utf-8"))["values"] if self.page_file.exists() else {}
        return {name: value for name, value in values.items() if value != said.get(name, "")}

    def becomes(self, page: Any, **values: Any) -> None:
        """Wait until these are set on the page and no others."""
        for _ in range(60):
            if self.kept() == values:
                return
            page.wait_for_timeout(50)
        assert self.kept() == values


@pytest.fixture(scope="module")
def scene(comfyui: ComfyUIServer) -> Iterator[Scene]:
    with comfyui.configured(TEXT) as file:
        yield Scene(comfyui, file)


@pytest.fixture(scope="module")
def opened(editors: Editors, scene: Scene) -> SettingsPage:
    return SettingsPage(editors, vue=True)


@pytest.fixture
def dialog(opened: SettingsPage, scene: Scene) -> Iterator[SettingsPage]:
    scene.begin()
    opened.errors.clear()
    opened.open()
    yield opened
    assert opened.errors == []


def test_a_name_that_is_typed_is_kept(dialog: SettingsPage, scene: Scene) -> None:
    assert dialog.field("Shop name").input_value() == "봄날 카페"
    dialog.field("Shop name").fill("가을 카페")
    dialog.field("Shop name").press("Tab")
    dialog.saved("Shop name")
    assert scene.kept() == {"name": "가을 카페"}
    dialog.load()
    assert dialog.field("Shop name").input_value() == "가을 카페"


def test_it_is_the_same_with_the_classic_renderer(editors: Editors, scene: Scene) -> None:
    scene.begin()
    page = SettingsPage(editors, vue=False)
    page.open()
    page.field("Shop name").fill("가을 카페")
    page.field("Shop name").press("Tab")
    page.saved("Shop name")
    assert (scene.kept(), page.errors) == ({"name": "가을 카페"}, [])
    page.page.keyboard.press("Escape")


def test_what_is_typed_is_kept_also_when_the_dialog_is_closed_at_once(dialog: SettingsPage, scene: Scene) -> None:
    dialog.field("Phone number").press_sequentially("02-123-4567")
    dialog.page.keyboard.press("Escape")
    scene.becomes(dialog.page, phone="02-123-4567")


def test_the_default_profile_says_how_its_key_stands(dialog: SettingsPage, scene: Scene) -> None:
    select = dialog.field("Default profile")
    labels = select.locator("option").all_text_contents()
    assert labels[:2] == ["Automatic", "Rules, no network"]
    assert labels[-3:] == ["own · qwen3", "paid · m", "far · m"]
    for value, note in (
        ("own", "Its key stands in the settings file."),
        ("paid", "The key in SETTINGS_KEY is set."),
        ("far", "SETTINGS_NO_KEY is not set, so the rules write."),
    ):
        select.select_option(value)
        dialog.saved("Default profile")
        assert scene.kept() == {"default_profile": value}
        dialog.row("Default profile").get_by_text(note).wait_for()


def test_colours_are_changed_added_and_removed(dialog: SettingsPage, scene: Scene) -> None:
    dialog.field("Add a colour").click()
    scene.becomes(dialog.page, colors=["#FFF3E0", "#FFF3E0"])
    dialog.field("Colour 2 #FFF3E0").fill("#112233")
    scene.becomes(dialog.page, colors=["#FFF3E0", "#112233"])
    dialog.field("Remove colour 1").click()
    scene.becomes(dialog.page, colors=["#112233"])


def test_font_and_words_are_kept(dialog: SettingsPage, scene: Scene) -> None:
    dialog.field("Font").select_option("Nanum Pen")
    dialog.saved("Font")
    begins = (
        "() => LiteGraph.createNode('CalligraphyRender').widgets.find((w) => w.name === 'font').value === 'Nanum Pen'"
    )
    dialog.page.wait_for_function(begins)
    dialog.field("Words never to use").fill("싸구려, 떨이,떨이")
    dialog.field("Words never to use").press("Enter")
    dialog.saved("Words never to use")
    assert scene.kept() == {"font": "Nanum Pen", "banned_words": ["싸구려", "떨이"]}


def test_a_logo_goes_to_the_input_folder_and_is_shown(dialog: SettingsPage, scene: Scene) -> None:
    files = dialog.page.locator("input[type=file][accept*=webp]").last
    files.set_input_files(str(ROOT / "samples" / "coffee.png"))
    dialog.page.locator("img.fit-ad-setting-logo:visible").wait_for()
    assert scene.kept() == {"logo": "coffee.png"}
    assert (scene.comfyui.base / "input/coffee.png").read_bytes() == (ROOT / "samples/coffee.png").read_bytes()
    wide = "() => document.querySelector('img.fit-ad-setting-logo').naturalWidth"
    dialog.page.wait_for_function(wide)
    dialog.field("Remove the logo").click()
    scene.becomes(dialog.page)


def test_a_broken_file_is_told_with_its_line_and_stays(dialog: SettingsPage, scene: Scene) -> None:
    broken = TEXT + "  nmae: x\n"
    scene.file.write_text(broken, encoding="utf-8")
    dialog.field("Shop name").fill("가을 카페")
    dialog.field("Shop name").press("Enter")
    dialog.row("Shop name").get_by_text("line 10, has an error").wait_for()
    assert (scene.file.read_text(encoding="utf-8"), scene.page_file.exists()) == (broken, False)
    scene.file.write_text(TEXT, encoding="utf-8")
    dialog.field("Shop name").press("Enter")  # once more, as the file is right again
    dialog.saved("Shop name")
    assert scene.kept() == {"name": "가을 카페"}
    scene.file.write_text(broken, encoding="utf-8")
    dialog.field("Default profile").select_option("own")
    dialog.row("Default profile").get_by_text("line 10, has an error").wait_for()
    assert dialog.field("Default profile").input_value() == "rules"
    dialog.open()
    dialog.row("Default profile").get_by_text("Did you mean name?").wait_for()
    assert dialog.page.get_by_text("Did you mean name?").count() == 1
    assert dialog.page.locator(".fit-ad-setting[inert]").count() == 8


def test_no_key_and_no_address_goes_out(dialog: SettingsPage, scene: Scene) -> None:
    dialog.field("Default profile").select_option("own")
    dialog.saved("Default profile")
    stored = [path.read_text(encoding="utf-8") for path in scene.comfyui.base.rglob("comfy.settings.json")]
    dom = dialog.page.content()
    whole = "\n".join([*dialog.bodies, *stored, dom, scene.comfyui.log])
    assert len(dialog.bodies) >= 2
    assert [secret for secret in (KEY, ENV_KEY, HOST) if secret in whole] == []
    assert [text for text in stored if "fit_ad.shop" in text or "fit_ad.default" in text] == []


def test_another_site_can_not_change_it(dialog: SettingsPage, scene: Scene) -> None:
    body = json.dumps({"changes": {"name": "evil"}})
    for headers in (
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json", "Origin": "http://evil.example"},
        {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
    ):
        answer = httpx.post(scene.comfyui.url + "/fit_ad/settings", content=body, headers=headers, timeout=20)
        assert answer.status_code == 403
    assert scene.kept() == {}


def test_it_is_found_by_searching(dialog: SettingsPage) -> None:
    dialog.page.get_by_role("dialog").locator("input[placeholder^=Search]").first.fill("phone")
    dialog.page.wait_for_function("() => document.querySelectorAll('.fit-ad-setting').length === 1")
    dialog.field("Phone number").wait_for()


def test_it_speaks_korean(editors: Editors, scene: Scene) -> None:
    scene.begin()
    dialog = SettingsPage(editors, vue=True, locale="ko")
    dialog.open()
    said = dialog.page.get_by_role("dialog").inner_text()
    words = (
        "광고 문구",
        "기본 프로필",
        "쓰지 않을 말",
        "가게 프로필",
        "가게 이름",
        "전화번호",
        "로고",
        "가게 색",
        "글꼴",
    )
    assert [word for word in (*words, "보관하는 곳", "설정 파일", "이 컴퓨터에서 바로 쓰고") if word not in said] == []
    assert [word for word in ("Shop", "Ad words", "Default profile", "kept") if word in said] == []
