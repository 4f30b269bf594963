import type { MaturedOutcome } from '../../domain/index.ts';
import { CalibrationDrift, FeatureDrift } from '../../monitoring/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { EventStream } from '../event-stream.ts';

export interface DriftEventsOptions {
  /** Number of the latest signals, and of the latest outcomes, that count. */
  readonly window: number;
  readonly minOutcomes: number;
  /** Chance of a false alarm of the calibration while one window of outcomes passes, (0, 1). */
  readonly falseAlarmRate: number;
  readonly feed: Pick<EventStream, 'publishState'>;
  readonly logger: Logger;
}

/** Publishes when features or confidences of the serving model drift, and when they are back. It informs, and never triggers. */
export class DriftEvents {
  readonly #options: DriftEventsOptions;
  readonly #features = new FeatureDrift();
  readonly #calibration: CalibrationDrift;
  #version: string | null = null;

  constructor(options: DriftEventsOptions) {
    this.#options = options;
    this.#calibration = new CalibrationDrift(options);
  }

  /** Another model serves. */
  reset(version: string | null): void {
    this.#version = version;
    this.#features.reset();
    this.#calibration.reset();
  }

  /** Takes in outcomes that were known before the process began; nothing of them is news. */
  remember(known: readonly MaturedOutcome[]): void {
    for (const outcome of known) this.#calibration.add(outcome);
  }

  /** Takes in the index of each feature over the last window before the process began; it is no news. */
  rememberIndices(psi: Readonly<Record<string, number>> | null): void {
    this.#features.update(psi ?? {});
  }

  /** @param psi - the index of each feature over a whole window of signals; null where it is not known. */
  addIndices(psi: Readonly<Record<string, number>> | null): void {
    const { feed, logger } = this.#options;
    for (const { feature, psi: index, isDrifted } of this.#features.update(psi ?? {})) {
      const what = isDrifted ? 'left what it was in training' : 'is what it was in training again';
      logger.info(`the feature ${feature} ${what}: population stability index ${index.toFixed(3)}`);
      feed.publishState({
        what: 'feature_drift',
        model_version: this.#version,
        feature,
        psi: index,
        drifted: isDrifted,
      });
    }
  }

  /** @param outcome - of the serving model. */
  addOutcome(outcome: MaturedOutcome): void {
    const { feed, logger } = this.#options;
    const found = this.#calibration.add(outcome);
    if (found === null) return;
    const { nOutcomes, promised, realised, pValue } = found;
    const { isDrifted: drifted } = this.#calibration;
    const figures = `promised ${promised.toFixed(3)}, realised ${realised.toFixed(3)} over ${nOutcomes} outcomes, p ${pValue.toExponential(1)}`;
    logger.info(`the confidences of ${this.#version} are ${drifted ? 'not kept any more' : 'kept again'}: ${figures}`);
    feed.publishState({
      what: 'calibration_drift',
      model_version: this.#version,
      promised,
      realised,
      p_value: pValue,
      outcomes: nOutcomes,
      drifted,
    });
  }
}
