from fit_ad.nodes.ad_canvas import AdCanvas


def test_gives_the_format_and_the_size_to_generate_at() -> None:
    assert AdCanvas.execute("feed-4x5", 64, 64).result == (1080, 1350, 896, 1120)
    assert AdCanvas.execute("custom", 1029, 258).result == (1029, 258, 2048, 512)


def test_offers_every_format_and_custom_last() -> None:
    (choice, *sizes) = AdCanvas.define_schema().inputs
    assert choice.options[0] == "feed-1x1"
    assert choice.options[-1] == "custom"
    assert all(size.advanced for size in sizes)
