"""Why a model gave no answer, in words that hold no address and no key."""

from __future__ import annotations

from enum import Enum

from ..errors import FitAdError
from ..infra.known_secrets import KnownSecrets

MASK = "[hidden]"


class CallFailure(Enum):
    """What went wrong, and what a designer can do about it."""

    PACKAGE = ("the openai package is not installed", 'Run: pip install "openai>=1.68" json-repair')
    KEY = ("the server rejected the key", "Check the key in the environment or in the settings file")
    QUOTA = ("the account has no credit left", "Add credit at the provider, or choose another profile")
    BUSY = ("the server is busy", "Try again in a minute")
    LENGTH = ("the request is too long for the model", "Shorten the text, or choose a model that reads more")
    TIME = ("the server took too long", "Raise limits: seconds in the settings, or choose a faster model")
    CONNECTION = ("the server can't be reached", "Check that it runs and that its base_url in the settings is right")
    PROXY = (
        "the proxy set in the environment can't be used",
        "Check HTTPS_PROXY and ALL_PROXY; socks5:// needs: pip install socksio",
    )
    REDIRECT = (
        "the server redirects to another address",
        "Put the final address into base_url; redirects are not followed",
    )
    UNKNOWN = ("the server does not know the model or the address", "Check model and base_url in the settings")
    REQUEST = ("the server refused the request", "Check that model and base_url in the settings fit together")
    REFUSED = (
        "the server's safety check refused the request",
        "Rephrase it; leave out real people, brands, violence and bare skin",
    )
    DECLINED = (
        "the model declined to answer",
        "Rephrase it, or choose another model",
    )
    SERVER = ("the server failed", "Try again in a minute")
    ANSWER = ("the answer could not be read", "Try again, or choose another model")

    @property
    def reason(self) -> str:
        """What went wrong."""
        return str(self.value[0])

    @property
    def fix(self) -> str:
        """What to do about it."""
        return str(self.value[1])


class ModelError(FitAdError):
    """A language model gave no answer.

    Args:
        profile: The profile's name.
        failure: What went wrong.
        said: More about it, in words of ours: of a server's own words only known ones are repeated.
        wait_s: How long the server asks to wait; 0 where it does not say.
        gave: What the profile did instead.
        fix: What to do, where it is not what the failure says.
    """

    def __init__(
        self,
        profile: str,
        failure: CallFailure,
        said: str = "",
        wait_s: float = 0.0,
        gave: str = "gave no answer",
        fix: str = "",
    ) -> None:
        self.failure = failure
        self.wait_s = wait_s
        self.said = said
        why = f"{failure.reason[0].upper()}{failure.reason[1:]}" + (f": {said}" if said else "")
        super().__init__(f"The profile '{profile}' {gave}", why=why, fix=fix or failure.fix)


def secrets_of(key: str, base_url: str) -> KnownSecrets:
    """Return what hides a profile's key in every form, and its address; of that also its host alone."""
    host = base_url.split("://", 1)[-1].split("/", 1)[0]
    return KnownSecrets([key], exact=[base_url, host, host.rsplit(":", 1)[0]], mark=MASK)
