"""``python -m fit_ad.client`` is ``fit-ad``."""

from .main import main

main()
