"""The command's texts: the same in both languages, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path

import fit_ad.client
import pytest
from fit_ad.core.text.locale import messages

CLIENT = Path(fit_ad.client.__file__).parent
USERS = {
    "report": ("report/*.py", "report/templates/*"),
    "score": ("score/*.py", "*/templates/*"),
    "validate": ("cli/validate.py",),
}


@pytest.mark.parametrize("domain", USERS)
def test_both_languages_say_the_same_things(domain: str) -> None:
    english, korean = messages(domain, "en"), messages(domain, "ko")
    assert set(english) == set(korean)
    for name, text in english.items():
        assert sorted(re.findall(r"{\w*}", text)) == sorted(re.findall(r"{\w*}", korean[name])), name


@pytest.mark.parametrize("domain", USERS)
def test_every_text_is_used(domain: str) -> None:
    files = [path for pattern in USERS[domain] for path in CLIENT.glob(pattern)]
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    unused = [name for name in messages(domain, "en") if not re.search(rf"""["']{name}["']|words\.{name}\b""", source)]
    assert unused == []
