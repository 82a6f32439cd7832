"""``python -m fit_ad.client`` is ``fit-ad``."""

from .cli.main import main

main()
