"""The models of a fake service: names, and which of them serves."""

from __future__ import annotations

from ml4t_client.testing.decision import MODEL
from ml4t_client.testing.memory import Memory, now
from ml4t_client.testing.problem import ProblemError
from ml4t_client.types import Model, ModelHeadline, RetrainStatus

HEADLINE: ModelHeadline = {"word": "none", "sentence": "a fake service: nothing is known of its model"}


class Models:
    """Which model serves; a retraining adds one and lets it serve at once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._versions = [MODEL]
        self._previous: str | None = None
        self._quarantined: set[str] = set()
        self.champion = MODEL
        self.since = now()
        self.retrainings: list[RetrainStatus] = []

    def list(self) -> list[Model]:
        """All of them."""
        return [self._model(version) for version in self._versions]

    def retrain(self, instrument_id: str | None, bar_type: str | None) -> RetrainStatus:
        """Trains nothing, and has a new version all the same."""
        held = sorted({name for name, _ in self._memory.series})
        if instrument_id is None and len(held) != 1:
            raise ProblemError(
                422, "INVALID_VALUE", f"instrument_id must be said, {len(held)} are held", "instrument_id"
            )
        version = f"fake-{len(self._versions) + 1}"
        self._versions.append(version)
        self._serve(version)
        status: RetrainStatus = {
            "trigger_id": f"t{len(self.retrainings) + 1}",
            "instrument_id": instrument_id or held[0],
            "bar_type": bar_type,
            "resumed_from": None,
            "reason": "manual",
            "detector": None,
            "state": "completed",
            "priority": 1,
            "note": None,
            "model_version": version,
            "progress": None,
        }
        self.retrainings.append(status)
        return status

    def promote(self, version: str, is_forced: bool) -> Model:
        """Lets a version serve."""
        if version not in self._versions:
            raise ProblemError(404, "MODEL_NOT_FOUND", f"there is no model {version}")
        if version in self._quarantined and not is_forced:
            raise ProblemError(409, "MODEL_QUARANTINED", f"model {version} was taken back")
        self._serve(version)
        return self._model(version)

    def rollback(self, version: str) -> Model:
        """Returns to the version before."""
        if version not in self._versions:
            raise ProblemError(404, "MODEL_NOT_FOUND", f"there is no model {version}")
        if version != self.champion or self._previous is None:
            raise ProblemError(409, "NO_PREDECESSOR", "there is no model to return to")
        self._quarantined.add(version)
        before = self._previous
        self._serve(before)
        self._previous = None
        return self._model(before)

    def _serve(self, version: str) -> None:
        self._previous, self.champion, self.since = self.champion, version, now()
        event = f"{version} serves"
        self._memory.note({"what": "model", "model_version": version, "cause": "serves", "event": event})

    def _model(self, version: str) -> Model:
        return {
            "version": version,
            "is_champion": version == self.champion,
            "is_predecessor": version == self._previous,
            "is_shadow": False,
            "verdict": "none",
            "verdict_format": "0.2",
            "headline": HEADLINE,
            "pays_up_to_bps": None,
            "primary_pays_up_to_bps": None,
            "accuracy": None,
            "auc": None,
            "n_samples": None,
            "last_bar_ts": None,
        }
