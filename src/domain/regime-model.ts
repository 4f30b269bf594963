/**
 * A fitted two-state hidden Markov model of zero-mean Gaussian log returns. Plain numbers, so that a model file
 * stores it as JSON without loss.
 */
export interface RegimeModel {
  /** Variance of a log return in the calm state; > 0. */
  readonly calmVariance: number;
  /** Variance of a log return in the turbulent state; > calmVariance. */
  readonly turbulentVariance: number;
  /** P(calm at t+1 | calm at t), in (0, 1). */
  readonly stayCalm: number;
  /** P(turbulent at t+1 | turbulent at t), in (0, 1). */
  readonly stayTurbulent: number;
}
