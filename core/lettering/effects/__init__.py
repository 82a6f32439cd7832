"""What can be done to the letters beside their style; each effect is one module of this package.

Imports nothing heavy: the node list loads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field, asdict, dataclass, fields
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar

from ...errors import FitAdError
from .effect import EffectParams, LetteringEffect, Margins, shown

__all__ = ["PLAIN", "EffectParams", "Effects", "LetteringEffect", "Margins", "lettering_effects", "parameters"]

Params = TypeVar("Params", bound=EffectParams)

_CONNECT = "Connect the output of Lettering Effects"


@lru_cache(maxsize=1)
def lettering_effects() -> tuple[LetteringEffect, ...]:
    """Return every effect, the lowest first."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    effects = [module.EFFECT for module in modules if hasattr(module, "EFFECT")]
    return tuple(sorted(effects, key=lambda effect: effect.order))


@lru_cache(maxsize=1)
def parameters() -> dict[str, Field[Any]]:
    """Return the fields of all effects by their names: ``default``, and ``range`` or ``choices`` in ``metadata``."""
    return {own.name: own for kind in _kinds() for own in fields(kind)}


@dataclass(frozen=True, init=False)
class Effects:
    """A set of effects on a piece of lettering; what is left out changes nothing.

    Attributes:
        params: The parameters of each effect that has any.
    """

    params: tuple[EffectParams, ...]

    def __init__(self, **values: Any) -> None:
        """Take parameters by their names.

        Raises:
            FitAdError: A wrong value.
            TypeError: An unknown name.
        """
        strange = sorted(values.keys() - parameters().keys())
        if strange:
            raise TypeError(f"Effects has no parameter {', '.join(strange)}")
        groups = (kind(**{f.name: values[f.name] for f in fields(kind) if f.name in values}) for kind in _kinds())
        object.__setattr__(self, "params", tuple(groups))

    def of(self, kind: type[Params]) -> Params:
        """Return the parameters of one effect."""
        return next(own for own in self.params if isinstance(own, kind))

    def as_dict(self) -> dict[str, Any]:
        """Return all parameters as a dict that JSON can hold."""
        return {name: value for own in self.params for name, value in asdict(own).items()}

    @classmethod
    def from_dict(cls, data: Any) -> Effects:
        """Return the effects that ``as_dict`` gave; parameters left out keep their defaults.

        Raises:
            FitAdError: Not a dict, an unknown parameter, or a wrong value.
        """
        if not isinstance(data, dict):
            raise FitAdError(f"effects is {shown(data)}, which is not a set of effects", fix=_CONNECT)
        strange = sorted(str(name) for name in data if name not in parameters())
        if strange:
            raise FitAdError(f"effects has {', '.join(strange[:5])}, which Fit-AD does not know", fix=_CONNECT)
        return cls(**data)


def _kinds() -> Iterator[type[EffectParams]]:
    return (effect.params for effect in lettering_effects() if effect.params is not None)


PLAIN = Effects()
