import { expect, test } from 'vitest';
import { randomBars } from '../../../test/support/random-bars.ts';
import { OrchestratorConfig } from '../../config/index.ts';
import { html } from '../page/html.ts';
import { labelSections } from './label-sections.ts';

test('the regime is not said to weight bets, which it does only where it earned its place', () => {
  const none = new Int32Array(0);
  const ofNothing = { t0: none, t1: none, kind: new Uint8Array(0), side: new Int8Array(0), label: new Uint8Array(0) };
  const [, regime] = labelSections({
    dataset: { ...ofNothing, ret: new Float64Array(0), coin: new Float64Array(0) },
    bars: randomBars(200, 5),
    config: OrchestratorConfig(),
    labelRule: '',
    regime: { calmVariance: 1e-6, turbulentVariance: 1e-5, stayCalm: 0.98, stayTurbulent: 0.95 },
    regimeNote: null,
    isFittedHere: true,
    draw: () => html``,
  });
  expect(regime.text).toContain('the regime weight is 0.4, which sizes have only where');
  expect(regime.text).not.toContain('a bet is weighted');
});
