import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { ControlledJournal } from '../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../test/support/controlled-registry.ts';
import {
  type LiveServiceParts,
  liveService,
  messageAt,
  OVER_HTTP,
  submitNow,
} from '../../test/support/live-service.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { sha256, smallModel } from '../../test/support/small-model.ts';
import { OrchestratorConfig } from '../config/index.ts';
import { JournalError } from '../core/index.ts';
import { NOTHING_PROVEN } from '../domain/index.ts';
import { encodeModel, readModel } from '../model/onnx/index.ts';
import type { JournalEntry, RecordedSignal } from '../ports/index.ts';
import { recomputeDecision } from './recompute.ts';
import { ServedSettings } from './served-settings.ts';

const bars = randomWalk(400, 11, { gaps: 0 });
const PROVEN = { modelBps: 2.1, primaryBps: null };

/** A model that takes every signal that it may: a win pays twenty times the risk. */
function payingModel(seed: number): Uint8Array {
  const parts = smallModel({ seed });
  const { decision } = parts.metadata;
  const win = { intercept: 20, slope: 0, floor: 2, mean: 20 };
  const all = decision && { ...decision.payoffs.all, win };
  const richer = decision && all && { ...decision, payoffs: { ...decision.payoffs, all } };
  return encodeModel({ ...parts, metadata: { ...parts.metadata, decision: richer } }, sha256);
}

const [A, B] = [1, 2].map(payingModel);
const [a, b] = [A, B].map((bytes) => readModel(bytes, { sha256 }));
const CONFIG = {
  outcomes: { window: 100 },
  retrain: { minOutcomes: 100, cooldownSeconds: 0, shadowOutcomes: 0 },
  model: { outOfDistribution: false },
};

/** Taken or not, why, whether it has a size, and what the status says of the proof. */
const YES = [true, 'expected', true, true];
const NO = [false, 'not_proven', false, false];

test('an answer is recomputed as it was, whatever was proven before and after it, over promotions, alarms, rollbacks and restarts', async () => {
  const registry = new ControlledRegistry();
  const journal = new ControlledJournal();
  const started = (): Promise<LiveServiceParts> =>
    liveService({ registry, journal: journal.reopen(), model: A, config: CONFIG });
  let { service } = await started();
  const taken: Record<string, unknown> = {};
  const submit = (signalId: string): void => {
    const { answer } = submitNow(service, messageAt(bars, 150, { signalId }), OVER_HTTP);
    const found = [answer.take, answer.takeReason, answer.size > 0, service.status().serving?.proven];
    taken[signalId] = [YES, NO].find((each) => isDeepStrictEqual(each, found)) ?? found;
  };
  const restart = async (): Promise<void> => {
    await service.stop();
    ({ service } = await started());
  };

  submit('adopted');
  for (let k = 0; k < 140; k++) {
    const { answer } = submitNow(service, messageAt(bars, 150 + k, { signalId: `wrong-${k}` }), OVER_HTTP);
    const label = answer.metaConfidence >= 0.5 ? 0 : 1;
    await service.recordOutcome({ signalId: `wrong-${k}`, label, tradeReturn: null, exitTs: null });
  }
  submit('decayed');
  await restart();
  submit('decayed, restarted');
  await registry.add(b.version, B);
  await service.promote(b.version);
  submit('promoted');
  await restart();
  submit('promoted, restarted');
  await service.rollback(b.version);
  submit('taken back');
  await restart();
  submit('taken back, restarted');
  await service.promote(a.version);
  submit('promoted again');
  await service.stop();

  expect(taken).toEqual({
    adopted: YES,
    decayed: NO,
    'decayed, restarted': NO,
    promoted: YES,
    'promoted, restarted': YES,
    'taken back': NO,
    'taken back, restarted': NO,
    'promoted again': YES,
  });
  const order = (is: (entry: JournalEntry) => boolean): number => journal.entries.findIndex(is);
  for (const signalId of Object.keys(taken)) {
    const recorded = (await journal.findSignal(signalId)) as RecordedSignal;
    const settings = (await journal.findSettings(recorded.settingsId)) as string;
    const window = await journal.readBars(recorded.barIds);
    const model = recorded.modelVersion === a.version ? a : b;
    const again = recomputeDecision(recorded, { bars: window }, settings, model, { monotonicNs: () => 0 });
    expect([signalId, again.answer]).toEqual([signalId, recorded.answer]);
    expect(again.isIdentical, signalId).toBe(true);
    const { proven: _, ...withoutProof } = JSON.parse(settings);
    const byFile = recomputeDecision(recorded, { bars: window }, JSON.stringify(withoutProof), model, {
      monotonicNs: () => 0,
    });
    expect(byFile.isIdentical, `${signalId}: the file alone tells only where nothing ended`).toBe(
      taken[signalId] === YES,
    );
    const [set, signed] = [
      order((entry) => entry.kind === 'settings' && entry.settingsId === recorded.settingsId),
      order((entry) => entry.kind === 'signal' && entry.signalId === signalId),
    ];
    expect([set >= 0, set < signed], `${signalId}: the settings are written before`).toEqual([true, true]);
  }
});

/** A journal that turns away the first entries. */
function fullJournal(nRefused: number) {
  const written: string[] = [];
  let left = nRefused;
  return {
    written,
    append: (entry: JournalEntry): Promise<void> => {
      if (left-- > 0) return Promise.reject(new JournalError('JOURNAL_FULL', 'no room'));
      if (entry.kind === 'settings') written.push(entry.settingsId);
      return Promise.resolve();
    },
  };
}

test('settings are recorded once as long as they stay, and again after the journal turned them away', async () => {
  const journal = fullJournal(1);
  const inferenceLoop = { isHalted: false };
  const options = { config: OrchestratorConfig(), hasOwnSizer: false, inferenceLoop, journal, sha256 };
  const served = new ServedSettings(options, PROVEN);
  const first = served.record();
  await Promise.resolve();
  expect(journal.written, 'there was no room').toEqual([]);
  expect([served.record(), served.record()]).toEqual([first, first]);
  expect(journal.written).toEqual([first]);
  served.prove({ ...PROVEN });
  served.record();
  expect(journal.written, 'the same again').toEqual([first]);
  served.prove(NOTHING_PROVEN);
  const second = served.record();
  expect(second).not.toBe(first);
  expect(journal.written).toEqual([first, second]);
  inferenceLoop.isHalted = true;
  const halted = served.record();
  expect(served.record(), 'a halt is one of them').toBe(halted);
  inferenceLoop.isHalted = false;
  expect([halted === second, served.record()], 'and so is its end').toEqual([false, second]);
  expect(journal.written, 'the record of the settings before is there already').toEqual([
    first,
    second,
    halted,
    second,
  ]);
});
