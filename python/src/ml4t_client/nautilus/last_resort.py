"""The answer where none came."""

from __future__ import annotations

from ml4t_client.answer import Answer
from ml4t_client.errors import ClientError
from ml4t_client.nautilus.question import Question
from ml4t_client.nautilus.roads import Fail, FixedSize, LastResort


def last_resort_answer(question: Question, last_resort: LastResort, reason: str) -> Answer:
    """What the user named for a signal without an answer.

    Raises:
        ClientError: The last resort is `Fail`.
    """
    if isinstance(last_resort, Fail):
        raise ClientError(f"{question.signal_id}: {reason}")
    share = last_resort.size if isinstance(last_resort, FixedSize) else 0.0
    return Answer(
        signal_id=question.signal_id,
        instrument_id=str(question.instrument_id),
        bar_type=question.bar_type,
        signal=question.signal,
        strength=question.strength,
        asked_ts=question.ts_event,
        decision=share > 0 and question.signal != 0,
        take_reason=None,
        bet=question.signal * share,
        meta_output=None,
        toxicity_available=False,
        raw_confidence=None,
        base_rate=None,
        break_even=None,
        expected_r=None,
        expected_return_bps=None,
        cost_bps=None,
        risk_distance=None,
        confidence_low=None,
        confidence_high=None,
        source="last_resort",
        reason=reason,
        model_version=None,
        model_available=False,
        last_bar_ts=None,
        size_method=None,
        size_factors={},
        answer_hash=None,
        late=False,
        via="last_resort",
    )
