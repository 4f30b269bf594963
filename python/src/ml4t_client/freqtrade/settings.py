"""What the section `ml4t` of a freqtrade configuration may say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

#: Name of the section.
SECTION = "ml4t"


@dataclass(frozen=True)
class Settings:
    """The section `ml4t` of a freqtrade configuration; every key may be left out.

    Attributes:
        url: Of the service that is asked while the bot trades, dry or live.
        token_file: File of its token; None where `server.token_file` of the service is not set.
        timeout: Seconds for an answer, the sending of candles included; the bot waits as long.
        answers: File of a replay (`ml4t replay --out`), read in a backtest: one for all pairs, or one a pair.
        capital: What a size of 1 stands for, in the stake currency; None for all that the bot may trade with, open
            trades included.
        last_resort: Share of the capital that an entry gets while nothing answers, [0, 1]; 0 does not enter.
        columns: Of the strategy's frame, sent with each signal as features of the model.
        bar_type: Of the candles, where the service holds several series of a pair.
    """

    url: str = "http://127.0.0.1:8787"
    token_file: str | None = None
    timeout: float = 5.0
    answers: str | Mapping[str, str] | None = None
    capital: float | None = None
    last_resort: float = 0.0
    columns: tuple[str, ...] = field(default=())
    bar_type: str | None = None

    def __post_init__(self) -> None:
        for name in ("url", "token_file", "bar_type"):
            value = getattr(self, name)
            _check(name, "a text", value, isinstance(value, str) or (value is None and name != "url"))
        _check("timeout", "> 0 s", self.timeout, _is_number(self.timeout) and self.timeout > 0)
        _check(
            "last_resort", "in [0, 1]", self.last_resort, _is_number(self.last_resort) and 0 <= self.last_resort <= 1
        )
        _check("capital", "> 0", self.capital, self.capital is None or (_is_number(self.capital) and self.capital > 0))
        _check("columns", "a list of names", self.columns, all(isinstance(name, str) for name in self.columns))
        is_by_pair = isinstance(self.answers, Mapping) and all(isinstance(path, str) for path in self.answers.values())
        _check(
            "answers",
            "a file, or a file a pair",
            self.answers,
            self.answers is None or isinstance(self.answers, str) or is_by_pair,
        )

    @classmethod
    def of_config(cls, config: Mapping[str, Any]) -> Settings:
        """Of a whole configuration of freqtrade.

        Raises:
            ValueError: A key is unknown, or its value cannot be one.
        """
        section = config.get(SECTION, {})
        _check(SECTION, "an object", section, isinstance(section, Mapping), prefix="")
        known = [one.name for one in fields(cls)]
        unknown = [name for name in section if name not in known]
        if unknown:
            raise ValueError(f"{SECTION}.{unknown[0]} is no setting: {', '.join(known)}")
        columns = section.get("columns", ())
        _check("columns", "a list of names", columns, isinstance(columns, list | tuple))
        return cls(**{**section, "columns": tuple(columns)})

    def token(self) -> str | None:
        """What stands in the file of the token."""
        return None if self.token_file is None else Path(self.token_file).read_text(encoding="utf-8").strip()


def _check(name: str, rule: str, value: object, is_right: bool, prefix: str = f"{SECTION}.") -> None:
    if not is_right:
        raise ValueError(f"{prefix}{name} must be {rule}, was {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
