import type { Promised } from '../../domain/index.ts';

/**
 * What a recorded answer promised. R follows from the promise in both of its units, so that nothing is promised where it is 0.
 *
 * @param lasting - the lasting part of an answer; one that 0.1 recorded promises nothing.
 */
export function promiseOf(lasting: string): Promised {
  const answer = JSON.parse(lasting) as Readonly<Record<string, unknown>>;
  const numberOf = (name: string): number | null => {
    const value = answer[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const expectedR = numberOf('expected_r');
  const expectedBps = numberOf('expected_return_bps');
  const risk = expectedR === null || expectedBps === null ? Number.NaN : expectedBps / 1e4 / expectedR;
  const isKnown = risk > 0 && Number.isFinite(risk);
  return {
    isTaken: answer.take === true,
    baseRate: numberOf('base_rate'),
    expectedR: isKnown ? expectedR : null,
    risk: isKnown ? risk : null,
  };
}
