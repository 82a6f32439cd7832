"""Secrets and paths: found wherever they stand, never shown, cleaned in the copy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fit_ad.core.infra.secrets import is_secret_name, named_secret, secret_in
from fit_ad.core.validation import check, from_object_info
from fit_ad.core.validation.autofix import scrub
from fit_ad.core.validation.machine_paths import shown_root, without_paths
from fit_ad.core.validation.personal_names import personal_in, without_person
from fit_ad.core.validation.report_formats import as_json, as_sarif
from fit_ad.core.workflow.document import read
from small_comfyui import api, editor, environment, node

KEYS = {
    "openai": "sk-proj-" + "Ab3" * 14,
    "anthropic": "sk-ant-" + "Zz9_" * 12,
    "google": "AIza" + "B" * 35,
    "aws": "AKIA" + "Q2" * 8,
    "comfy": "comfyui-" + "0af" * 20,
    "replicate": "r8_" + "k" * 37,
    "hugging face": "hf_" + "aB" * 17,
    "github": "ghp_" + "x1" * 18,
    "slack": "xoxb-" + "12-ab" * 6,
    "bearer": "Authorization: Bearer " + "tok.en" * 6,
    "jwt": "eyJ" + "h" * 20 + ".eyJ" + "p" * 20 + "." + "s" * 20,
    "query": "https://example.com/x.png?token=" + "q1" * 10,
    "pem": "-----BEGIN RSA PRIVATE KEY-----",
    "userinfo": "https://hana:pa55word@example.com/a.png",
}
CLEAN = (
    "a skin-tight dress, sk-8 style, task-force-of-twenty-people-in-a-long-row",
    "https://example.com/a.png?size=large&key=1",
    "the bearer of good news walked past the harbour at night",
    "hf_hub model by someone",
    "mailto:hana@example.com",
    "ratio 16:9 @ 30 fps, and/or 1/2",
)


def message_keys(data: Any) -> list[tuple[str, str]]:
    return [(f.message_key, f.place.node) for f in check(data, environment()).findings]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_found_and_never_shown(key: str) -> None:
    graph = api()
    graph["2"]["inputs"]["text"] = f"bread, {key}, light"
    report = check(graph, environment())
    assert [(f.code, f.severity, f.place.node, f.input) for f in report.findings] == [("secret", "error", "2", "text")]
    said = " ".join(f.message(lang) + f.fix(lang) for f in report.findings for lang in ("en", "ko"))
    assert key[-8:] not in said


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_in_a_title_is_never_printed(key: str) -> None:
    graph = api()
    graph["2"]["_meta"] = {"title": f"mine {key}"}
    graph["2"]["inputs"].pop("clip", None)
    graph["3"]["inputs"]["steps"] = key
    report = check(graph, environment())
    assert {"secret", "missing-input"} <= {finding.code for finding in report.findings}
    said = json.dumps([as_json([report], lang) for lang in ("en", "ko")] + [as_sarif([report], "1")])
    assert (key[-8:] if "@" not in key else "pa55word") not in said
    assert "mine " in said


def test_of_a_private_key_no_line_stays() -> None:
    body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw"
    graph = api()
    graph["2"]["inputs"]["text"] = (
        f"a\n-----BEGIN RSA PRIVATE KEY-----\n{body}\n{body}\n-----END RSA PRIVATE KEY-----\nb"
    )
    clean, _ = scrub(read(graph), environment())
    assert clean["2"]["inputs"]["text"] == "a\n\nb"


@pytest.mark.parametrize("text", CLEAN)
def test_ordinary_words_are_no_secrets(text: str) -> None:
    assert secret_in(text) is None


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("api_key", True),
        ("openai_api_key", True),
        ("apikey", True),
        ("Password", True),
        ("access_token", True),
        ("hf_token", True),
        ("max_tokens", False),
        ("token_count", False),
        ("keyword", False),
        ("key_frame", False),
        ("monkey", False),
        ("trigger_token", False),
    ],
)
def test_names_of_fields_for_secrets(name: str, secret: bool) -> None:
    assert is_secret_name(name) is secret


@pytest.mark.parametrize(
    "value", ["OPENAI_API_KEY", "${KEY}", "<your key>", "your-key-here", "****", "xxxxxxxx", "abc", ""]
)
def test_placeholders_are_no_secrets(value: str) -> None:
    assert not named_secret("api_key", value)


def test_secrets_in_bypassed_nodes_notes_and_beside_the_graph() -> None:
    data = editor()
    key = KEYS["openai"]
    data["nodes"] += [
        node(7, "Key", ["hunter2hunter2", 5], mode=4),
        node(8, "Note", [f"my key: {key}"]),
        node(9, "NoSuch", [key], mode=4),
        node(10, "Text", ["ok"], [("clip", "CLIP", 2)], properties={"memo": key}, mode=2),
    ]
    data["extra"] = {"info": {"description": key}}
    secrets = [(w, n) for w, n in message_keys(data) if w.startswith("secret")]
    assert sorted(secrets) == [
        ("secret.elsewhere", ""),
        ("secret.named", "7"),
        ("secret.value", "10"),
        ("secret.value", "8"),
        ("secret.value", "9"),
    ]


def test_a_note_that_names_its_text_is_told_once() -> None:
    key = KEYS["github"]
    data = editor()
    data["nodes"].append({**node(8, "Note", [key]), "widgets_values_named": {"text": key}})
    found = [f for f in check(data, environment()).findings if f.code == "secret"]
    assert [(f.place.node, f.input) for f in found] == [("8", "text")]


@pytest.mark.parametrize(
    "path",
    [
        "/home/hana/shop.png",
        "/Users/hana/a.png",
        "C:\\Users\\hana\\a.png",
        "D:/models/a.gguf",
        "~/pictures/a.png",
        "\\\\server\\share\\a.png",
    ],
)
def test_paths_of_one_machine(path: str) -> None:
    graph = api()
    graph["2"]["inputs"]["text"] = path
    assert message_keys(graph) == [("path-absolute.value", "2")]
    assert "hana" not in check(graph, environment()).findings[0].message()


@pytest.mark.parametrize(
    "text", ["a/b/c.png", "models/loras/x", "https://example.com/home/a", "and/or", "1:1", "<C:/>"]
)
def test_what_is_no_path_of_one_machine(text: str) -> None:
    assert without_paths(text) == text


def test_paths_that_lead_out() -> None:
    graph = api()
    for path in ("../../secret.txt", "a/../../b", "..\\x"):
        graph["4"]["inputs"]["name"] = path
        assert message_keys(graph) == [("path-escape.value", "4")]
    graph["4"]["inputs"]["name"] = "wait... what"
    assert message_keys(graph) == []


PERSONAL = {
    "kim.minji@naver.com_logo.png": "an e-mail address",
    "shop/010-1234-5678 간판.jpg": "a telephone number",
    "01012345678.webp": "a telephone number",
    "02-345-6789_menu.png [output]": "a telephone number",
    "call +49 30 1234 5678.jpeg": "a telephone number",
    "900101-2345678.pdf": "a number like those of identity cards",
    "Users/kim/Desktop/shop.png": "somebody's home folder",
    "backup\\home\\minji\\a.mp4": "somebody's home folder",
    "신분증_앞면.jpg": "the name of a personal document",
    "my passport.png": "the name of a personal document",
}


@pytest.mark.parametrize(("value", "kind"), PERSONAL.items())
def test_names_of_files_that_tell_of_a_person(value: str, kind: str) -> None:
    graph = api()
    graph["2"]["inputs"]["text"] = value
    report = check(graph, environment())
    assert [(f.message_key, f.severity, f.input, f.values["kind"]) for f in report.findings] == [
        ("personal.name", "warning", "text", kind)
    ]
    said = [f.message(lang) for f in report.findings for lang in ("en", "ko")]
    assert not any(value[:12] in one for one in said)
    clean, count = scrub(read(graph), environment())
    assert (clean["2"]["inputs"]["text"], count) == (without_person("text", value), 1)
    assert check(clean, environment()).findings == ()


def test_a_clean_name_keeps_its_kind_of_file() -> None:
    assert without_person("image", "kim@naver.com.png [output]") == "file.png"
    assert without_person("filename_prefix", "kim@naver.com") == "file"
    assert without_person("image", "bread.png") == "bread.png"


@pytest.mark.parametrize(
    "value",
    [
        *("IMG_20240512_123456.jpg", "ComfyUI_00012_.png", "2024-05-12-1234.png", "bread@2x.png", "1920-1080-0001.png"),
        *("call us: 010-1234-5678", "kim@naver.com", "users/public/a.png", "portable/homes/a.png", "경여권선언.png"),
        *("t5xxl_fp8_e4m3fn.safetensors", "models/0123-4567.png", "a.b.png" + "\n010-1234-5678.png", "0.010-1234.png"),
    ],
)
def test_ordinary_names_and_words_tell_of_nobody(value: str) -> None:
    assert personal_in("text", value) == ""


def test_fields_that_name_files_need_no_suffix() -> None:
    assert personal_in("filename_prefix", "kim@naver.com/ad") == "an e-mail address"
    assert personal_in("file", "010-1234-5678") == "a telephone number"
    assert personal_in("profile", "010-1234-5678") == ""


def test_more_text_than_is_looked_through_is_said() -> None:
    data = editor()
    data["extra"] = {"notes": ["a" * 100_000] * 19}
    assert message_keys(data) == []
    data["extra"]["notes"] += ["a" * 100_000] * 2
    assert message_keys(data) == [("secret.unseen", "")]
    data["extra"]["notes"] = ["a" * 200_001]
    assert message_keys(data) == [("secret.unseen", "")]


def test_keys_in_titles_definitions_and_what_is_sent_with_a_prompt() -> None:
    data = editor()
    data["nodes"][0]["title"] = f"mine {KEYS['github']}"
    level = {"id": "s", "name": KEYS["openai"], "nodes": [], "links": [], "inputs": [], "outputs": []}
    data["definitions"] = {"subgraphs": [level, 3]}
    data["extra"] = {"tool": [{"api_key": "hunter2hunter2", "keyword": "bread and butter"}]}
    found = [
        (f.message_key, f.severity, f.input, f.values.get("where", "")) for f in check(data, environment()).findings
    ]
    assert found == [
        ("secret.value", "error", "title", ""),
        ("secret.elsewhere", "error", "", "definitions"),
        ("secret.elsewhere", "warning", "", "extra.api_key"),
    ]
    clean, _ = scrub(read(data), environment())
    assert check(clean, environment()).findings == ()
    assert clean["extra"]["tool"] == [{"api_key": "", "keyword": "bread and butter"}]
    titled = api()
    titled["3"]["_meta"]["title"] = KEYS["slack"]
    assert message_keys(titled) == [("secret.value", "3")]
    sent = {"prompt": api(), "client_id": "7f", "extra_data": {"auth_token_comfy_org": "hunter2hunter2"}}
    assert message_keys(sent) == [("secret.elsewhere", "")]
    assert message_keys(scrub(read(sent), environment())[0]) == []
    assert message_keys({"prompt": api(), "client_id": "7f"}) == []


def test_of_a_path_only_its_root_is_told() -> None:
    paths = ("C:\\Users\\hana\\a", "/home/hana/a", "~/a/b.png", "\\\\nas\\hana\\a", "../../hana.png", "a/../../b")
    assert [*map(shown_root, paths)] == ["C:\\…", "/home/…", "~/…", "\\\\…", "../../…", "…"]


@pytest.mark.parametrize("path", ["C:\\Users\\hana\\Desktop\\a.png", "/home/hana/Desktop/a.png", "../hana/a.png"])
def test_no_message_names_a_folder_of_a_person(path: str) -> None:
    graph = {"1": {"class_type": "LoadImage", "inputs": {"image": path}, "_meta": {"title": path}}}
    graph["2"] = {"class_type": "Save", "inputs": {"images": ["1", 0], "name": path}}
    graph["3"] = {"class_type": "Sample", "inputs": {"steps": path, "sampler": path}}
    findings = check(graph, environment()).findings
    assert {"bad-value", "bad-type"} <= {one.code for one in findings}
    told = [one.message(lang) + one.fix(lang) + one.place.title for one in findings for lang in ("en", "ko")]
    assert [one for one in told if "hana" in one or "Desktop" in one] == []


def test_the_files_that_a_field_could_choose_are_not_told() -> None:
    sheet = [["kim.json", "oven.csv", "hana.png"], {}]
    info = {"Poster": {"input": {"required": {"sheet": sheet}}, "output_node": True}}
    graph = {"1": {"class_type": "Poster", "inputs": {"sheet": "gone.csv"}}}
    (one,) = check(graph, from_object_info(info)).findings
    assert one.message_key == "bad-value.choice-file"
    assert "hana" not in one.message() + one.fix()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (r"C:\Users\Kim Minsu\Pictures\a.png", "a.png"),
        ("C:/Users/김 민수/바탕 화면/새 사진.png", "새 사진.png"),
        ("/home/hana/my shop/photo.png", "photo.png"),
        ("/Users/Hana Kim/Desktop/a b.png", "a b.png"),
        ("~/My Photos/x.png", "x.png"),
        (r"\\nas\kim minsu\a.png", "a.png"),
        (r"see C:\Users\Kim Minsu\a.png, then bake", "see a.png, then bake"),
        ("from /tmp/a.png or b/c and so on", "from a.png or b/c and so on"),
        ("/home/hana/oven/bread.png and /home/hana/x.png", "bread.png and x.png"),
        ("/home/hana", "…"),
        ("C:\\Users\\김민수\\", "…"),
        ("/home/hana/shop/", "shop"),
    ],
)
def test_a_path_with_spaces_leaves_only_its_last_part(text: str, clean: str) -> None:
    assert without_paths(text) == clean
    assert without_paths(clean) == clean


def test_a_scrubbed_copy_is_clean_and_the_original_untouched() -> None:
    data = editor()
    data["nodes"][1]["widgets_values"] = [f"bread {KEYS['google']} from /home/hana/oven/bread.png"]
    data["nodes"] += [node(7, "Key", ["hunter2hunter2", 5], mode=4), node(8, "Note", [KEYS["github"]])]
    data["extra"] = {"x": [KEYS["slack"]]}
    before = json.dumps(data)
    clean, count = scrub(read(data), environment())
    assert json.dumps(data) == before
    assert count == 4
    assert clean["nodes"][1]["widgets_values"] == ["bread  from bread.png"]
    assert clean["nodes"][4]["widgets_values"] == ["", 5]
    assert [w for w, _ in message_keys(clean)] == []


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ({"api_key": {"__value__": "hunter2hunter2"}}, {"api_key": {"__value__": ""}}),
        ({"files": {"__value__": ["010-1234-5678.png"]}}, {"files": {"__value__": ["file.png"]}}),
        ({"row": {"on": True, "lora": "010-1234-5678.png"}}, {"row": {"on": True, "lora": "file.png"}}),
    ],
)
def test_what_lies_inside_a_field_is_scrubbed_too(given: dict[str, Any], clean: dict[str, Any]) -> None:
    found, _ = scrub(
        read({"9": {"class_type": "Key", "inputs": {**given, "image": ["my photo.png", 0]}}}), environment()
    )
    assert found["9"]["inputs"] == {**clean, "image": ["my photo.png", 0]}
    assert [w for w, _ in message_keys(found) if w.split(".")[0] in ("secret", "personal")] == []


def test_what_lies_inside_an_editors_field_is_scrubbed_too() -> None:
    data = editor()
    data["nodes"].append(node(7, "Key", [{"file": "010-1234-5678.png", "password": "hunter2hunter2"}]))
    clean, _ = scrub(read(data), environment())
    assert clean["nodes"][-1]["widgets_values"] == [{"file": "file.png", "password": ""}]


def test_a_scrubbed_api_graph() -> None:
    graph = api()
    graph["9"] = {"class_type": "Key", "inputs": {"api_key": "hunter2hunter2", "max_tokens": 5}}
    clean, count = scrub(read(graph), environment())
    assert (clean["9"]["inputs"], count) == ({"api_key": "", "max_tokens": 5}, 1)
