import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { smallModelBytes } from '../../test/support/live-service.ts';
import { randomWalk } from '../../test/support/random-walk.ts';
import { SignalEvent } from '../domain/index.ts';
import { createTestService } from './test-service.ts';

const BARS = randomWalk(240, 5, { gaps: 0 });
const DATA_DIR = 'never-made';

function eventAt(i: number, signalId: string): SignalEvent {
  return new SignalEvent({
    instrumentId: 'SIM',
    signal: 1,
    timestamp: BARS.tsEvent[i],
    bars: BARS.slice(i - 99, i + 1),
    signalId,
  });
}

test('signals are judged, recorded and followed to their outcome, all in memory', async () => {
  const { service, journal } = await createTestService({ server: { dataDir: DATA_DIR } });
  service.addBars('SIM', BARS.slice(0, 200));
  const receipt = await service.submit(eventAt(199, 'one'));
  expect(receipt.answer.source).toBe('default');
  await receipt.recorded;
  service.addBars('SIM', BARS.slice(200, 240));
  await service.stop();
  expect(journal.entries.filter(({ kind }) => kind === 'signal')).toHaveLength(1);
  expect(journal.entries.filter(({ kind }) => kind === 'outcome')).toHaveLength(1);
  expect(existsSync(DATA_DIR), 'nothing on disk').toBe(false);
});

test('a model in the store in memory serves, and is kept in the registry in memory', async () => {
  const first = await createTestService();
  await first.modelStore.write('model.onnx', smallModelBytes(1));
  const { service, registry } = await createTestService({ modelPath: 'model.onnx' }, { modelStore: first.modelStore });
  const { answer } = await service.submit(eventAt(199, 'two'));
  expect([answer.source, answer.modelVersion]).toEqual(['model', (await registry.list())[0]]);
  await Promise.all([service.stop(), first.service.stop()]);
});
