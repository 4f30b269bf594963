"""Calls that change which model serves, and whether anything is taken."""

from __future__ import annotations

from typing import cast

from ml4t_client.calls.call import Call, call_of, line_of, read_json
from ml4t_client.types import HaltState, Model, RetrainStatus


def halt(reason: str | None = None) -> Call[HaltState]:
    """Nothing is taken from its receipt on."""
    return call_of("halt", lambda body: cast(HaltState, read_json(body)), body=_said(reason=reason))


def resume(reason: str | None = None) -> Call[HaltState]:
    """Trades are taken again. Sent a second time it would undo a halt that came meanwhile."""
    return call_of(
        "resume", lambda body: cast(HaltState, read_json(body)), body=_said(reason=reason), is_repeatable=False
    )


def retrain(instrument_id: str | None = None, bar_type: str | None = None) -> Call[RetrainStatus]:
    """A new model is trained. Sent a second time it would train another one."""
    return call_of(
        "retrain",
        lambda body: cast(RetrainStatus, read_json(body)),
        body=_said(instrument_id=instrument_id, bar_type=bar_type),
        is_repeatable=False,
    )


def promote(version: str, force: bool = False) -> Call[Model]:
    """A kept model serves. Sent a second time it would replace one that was promoted meanwhile."""
    return call_of(
        "promote",
        lambda body: cast(Model, read_json(body)),
        path={"version": version},
        query={"force": force},
        is_repeatable=False,
    )


def rollback(version: str) -> Call[Model]:
    """The model before serves again. Sent a second time it would be refused, as if the first had been."""
    return call_of(
        "rollback", lambda body: cast(Model, read_json(body)), path={"version": version}, is_repeatable=False
    )


def _said(**fields: str | None) -> bytes:
    return line_of({name: value for name, value in fields.items() if value is not None})
