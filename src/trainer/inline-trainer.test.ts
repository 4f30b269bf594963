import { expect, test } from 'vitest';
import { alone } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import type { Learner } from '../model/index.ts';
import { simulateMarket } from '../simulation/index.ts';
import { inlineTrainer } from './index.ts';

const { bars } = simulateMarket({ nBars: 1500, edge: 0.2, breakAt: null, seed: 4 });
const N_FOLDS = 3;
const config = OrchestratorConfig({ walkForward: { nFolds: N_FOLDS } });

/** A learner that goes on until it is interrupted. @param onBegun - called when all folds are being fitted. */
function endless(onBegun: () => void): Learner {
  let nBegun = 0;
  const never = (): never => expect.unreachable('nothing was fitted');
  return {
    name: 'endless',
    fit: async (_x, _y, _w, { signal }) => {
      if (++nBegun === N_FOLDS) onBegun();
      for (let turns = 0; turns < 200 && !signal.aborted; turns++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error(signal.aborted ? 'interrupted' : 'nobody interrupted it');
    },
    encode: never,
    decode: never,
  };
}

test.each([
  ['cancelling', 'TRAINING_CANCELLED'],
  ['closing', 'TRAINING_FAILED'],
])('%s interrupts the fit of a learner, and says so', async (how, code) => {
  const trainer = inlineTrainer();
  const cancel = new AbortController();
  const learner = endless(() => (how === 'closing' ? void trainer.close() : cancel.abort()));
  const own = { learner: { value: learner, source: null } };
  const training = trainer.train({ instruments: alone(bars), config, own }, () => undefined, cancel.signal);
  const message = how === 'closing' ? 'the training was stopped' : 'the training was cancelled';
  await expect(training).rejects.toMatchObject({ code, message });
});
