"""Which tests a change reaches: those named after it, those that import it, those that read it as data."""

from __future__ import annotations

import pytest
from changed_tests import DATA, javascript_tests, python_tests
from derived import ROOT


def test_a_module_is_reached_by_its_own_test_and_by_those_that_import_it() -> None:
    reached = python_tests({"core/layout/formats.py"})
    assert "tests/core/layout/test_formats.py" in reached
    assert "tests/core/image_api/test_sizes.py" in reached  # imports it
    assert "tests/core/color/test_palette.py" not in reached
    assert not [path for path in reached if path.startswith(("tests/comfyui", "tests/browser"))]


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        ("tests/core/color/test_palette.py", "tests/core/color/test_palette.py"),
        ("tests/support/mini_workflow.py", "tests/client/runs/test_run_workflow.py"),
        ("tests/core/matting/ben2/conftest.py", "tests/core/matting/ben2/test_weights.py"),
        ("workflows/express.json", "tests/workflows/test_bundle.py"),
        ("scripts/generate.py", "tests/scripts/test_generate.py"),
        ("nodes/text_placer.py", "tests/nodes/test_text_placer.py"),
    ],
)
def test_helpers_set_up_and_data_reach_those_that_use_them(changed: str, reached: str) -> None:
    assert reached in python_tests({changed})


def test_a_page_of_prose_reaches_nothing() -> None:
    assert python_tests({"README.md"}) == javascript_tests({"README.md"}) == []


def test_javascript_is_followed_through_its_imports() -> None:
    assert "tests/js/editor.test.mjs" in javascript_tests({"js/lib/placement.mjs"})
    assert javascript_tests({"js/lib/words.mjs"}) == ["tests/js/words.test.mjs"]


def test_the_table_of_data_names_what_is_there() -> None:
    for pattern, homes in DATA.items():
        assert list(ROOT.glob(pattern)), pattern
        assert all((ROOT / home).exists() for home in homes), pattern
