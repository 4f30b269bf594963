import { expect, test } from 'vitest';
import { judgedModel } from '../../test/support/judged-model.ts';
import { randomBars } from '../../test/support/random-bars.ts';
import { steppingClock } from '../../test/support/trained.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { SignalEvent, WINDOW_BARS } from '../domain/index.ts';
import { MemoryModelStore } from '../testing/index.ts';
import { ML4TOrchestrator } from './ml4t-orchestrator.ts';

const BARS = randomBars(WINDOW_BARS, 5);
const EVENT = new SignalEvent({ instrumentId: 'A', signal: 1, timestamp: BARS.tsEvent[WINDOW_BARS - 1], bars: BARS });

test('a bot without a service halts and resumes by itself, and its log says so', async () => {
  const lines: string[] = [];
  const orchestrator = new ML4TOrchestrator(OrchestratorConfig({ sizing: { trust: 'always', method: 'integrated' } }), {
    clock: steppingClock(),
    logger: { info: () => undefined, warn: (line) => void lines.push(line) },
    modelStore: new MemoryModelStore(),
    trainer: { train: () => Promise.reject(new Error('none')), close: async () => undefined },
    decodeModel: () => Promise.reject(new Error('none')),
    sizer: { size: () => ({ size: 7, factors: {} }) },
  });
  await orchestrator.swapModel(judgedModel({ says: 0.9 }));
  const betOf = (): unknown[] => {
    const { take, takeReason, size, metaConfidence } = orchestrator.processSignal(EVENT);
    return [take, takeReason, size, metaConfidence];
  };
  lines.length = 0;
  expect(betOf()).toEqual([true, 'always', 7, 0.9]);
  orchestrator.halt('no\nquotes');
  expect([orchestrator.isHalted, betOf()]).toEqual([true, [false, 'halted', 0, 0.9]]);
  orchestrator.resume();
  expect([orchestrator.isHalted, betOf()]).toEqual([false, [true, 'always', 7, 0.9]]);
  expect(lines).toEqual([
    'halted: no\\u000aquotes; nothing is taken and every size is 0 until resume()',
    'resumed; signals are taken again as before the halt',
  ]);
});
