"""What a brief says, taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

JOINT = " · "
"""Stands between spans that were not typed side by side."""


class Item(NamedTuple):
    """One line of a price list, both as typed; the price may be empty."""

    name: str
    price: str


@dataclass(frozen=True)
class Facts:
    """The facts of one ad; every string is a span of what was typed, or several with ``JOINT`` between them.

    Attributes:
        purpose: One of ``parts.PURPOSES``.
        shop: The shop's name; from a greeting where the shop field is empty.
        region: Where it is, as typed.
        product: What is sold, with its amount: 소금빵 3개.
        items: Two or more things of a list.
        price_before: The old price.
        price_now: The price, with what prices it: 1인 15,000원, 12만원~.
        discount: What is taken off, else what comes on top.
        period: When it holds.
        conditions: What limits it and every other remark of the offer, in the order of the text.
        contact: Phone, messenger or mail.
        address: Where to come.
        hours: When the shop is open.
        link: A web address.
        features: The features that are none of the above.
        labels: Words that announce: 신메뉴, 사전예약, 오픈기념.
        occasion: The feast or season that the offer is for: 추석, 크리스마스.
        gifts: All presents, the one that is the discount too.
    """

    purpose: str = "brand"
    shop: str = ""
    region: str = ""
    product: str = ""
    items: tuple[Item, ...] = ()
    price_before: str = ""
    price_now: str = ""
    discount: str = ""
    period: str = ""
    conditions: tuple[str, ...] = ()
    contact: str = ""
    address: str = ""
    hours: str = ""
    link: str = ""
    features: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    occasion: str = ""
    gifts: tuple[str, ...] = ()

    @property
    def offer(self) -> bool:
        """Whether there is a price, a discount or a present."""
        return bool(self.price_now or self.discount)
