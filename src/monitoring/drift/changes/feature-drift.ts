/** Population stability index above which much has changed, by convention. */
export const PSI_DRIFTED = 0.25;
/** Index below which a feature counts as back: lower, so that one that hovers is not told again and again. */
export const PSI_BACK = 0.2;

/** A feature that left what it was in training, or came back to it. */
export interface FeatureChange {
  readonly feature: string;
  /** Population stability index, >= 0. */
  readonly psi: number;
  readonly isDrifted: boolean;
}

/** Says when the index of a feature rises above {@link PSI_DRIFTED}, and when it falls below {@link PSI_BACK} again. */
export class FeatureDrift {
  readonly #drifted = new Set<string>();

  /** Another model serves. */
  reset(): void {
    this.#drifted.clear();
  }

  /** @param psi - the index of each feature. @returns the features that changed sides, in their order. */
  update(psi: Readonly<Record<string, number>>): FeatureChange[] {
    const changes: FeatureChange[] = [];
    for (const [feature, index] of Object.entries(psi)) {
      const wasDrifted = this.#drifted.has(feature);
      const isDrifted = wasDrifted ? index >= PSI_BACK : index > PSI_DRIFTED;
      if (isDrifted === wasDrifted) continue;
      if (isDrifted) this.#drifted.add(feature);
      else this.#drifted.delete(feature);
      changes.push({ feature, psi: index, isDrifted });
    }
    return changes;
  }
}
