"""Whether a message is what its type says, field by field."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict


def faults_of(value: object, expected: Any, place: str = "") -> list[str]:
    """What is wrong with a message; empty where nothing is."""
    origin = get_origin(expected)
    if is_typeddict(expected):
        return _faults_of_fields(value, expected, place)
    if origin is NotRequired:
        return faults_of(value, get_args(expected)[0], place)
    if origin in (Union, UnionType):
        tried = [faults_of(value, one, place) for one in get_args(expected)]
        return [] if [] in tried else min(tried, key=len)
    if origin is Literal:
        return [] if value in get_args(expected) else [f"{place}: {value!r} is none of {get_args(expected)}"]
    if origin is list and isinstance(value, list):
        return [
            fault for i, one in enumerate(value) for fault in faults_of(one, get_args(expected)[0], f"{place}[{i}]")
        ]
    if origin is dict and isinstance(value, dict):
        return [
            fault for name, one in value.items() for fault in faults_of(one, get_args(expected)[1], f"{place}.{name}")
        ]
    plain = {float: (int, float), int: (int,), str: (str,), bool: (bool,), NoneType: (NoneType,), object: (object,)}
    is_bool_for_number = isinstance(value, bool) and expected in (int, float)
    if expected in plain and isinstance(value, plain[expected]) and not is_bool_for_number:
        return []
    return [f"{place}: {value!r} is no {expected}"]


def _faults_of_fields(value: object, expected: Any, place: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{place}: {value!r} is no {expected.__name__}"]
    hints = get_type_hints(expected, include_extras=True)
    needed = {name for name, hint in hints.items() if get_origin(hint) is not NotRequired}
    missing = [f"{place}.{name} is missing" for name in needed - set(value)]
    unknown = [f"{place}.{name} is unknown" for name in set(value) - set(hints)]
    inside = [
        fault for name in set(value) & set(hints) for fault in faults_of(value[name], hints[name], f"{place}.{name}")
    ]
    return [*missing, *unknown, *inside]
