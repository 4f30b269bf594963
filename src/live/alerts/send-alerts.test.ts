import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { ControlledRegistry } from '../../../test/support/controlled-registry.ts';
import { liveService, smallModelBytes } from '../../../test/support/live-service.ts';
import { sha256 } from '../../../test/support/small-model.ts';
import { readModel } from '../../model/onnx/index.ts';
import type { AlertSender } from '../../ports/index.ts';
import type { State } from '../../wire/index.ts';

interface Noted {
  readonly state: State;
  readonly atMs: number;
  readonly isPast: boolean;
}

/** A sender that keeps what it is given. */
function recordingSender(): AlertSender & { readonly noted: Noted[] } {
  const noted: Noted[] = [];
  return {
    noted,
    note: (state, atMs, isPast = false) => void noted.push({ state, atMs, isPast }),
    status: { isRunning: true, counts: { sent: 0, failed: 0, heldBack: 0, dropped: 0 }, webhooks: [] },
    written: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
const said = ({ noted }: { readonly noted: readonly Noted[] }, isPast: boolean): string[] =>
  noted.filter((each) => each.isPast === isPast).map(({ state }) => wordsOf(state));
function wordsOf(state: State): string {
  if (state.what === 'model') return `${state.cause} ${state.model_version}`;
  if (state.what === 'halt') return `halted ${state.halted}`;
  return state.what === 'journal' ? `journal ${state.status}` : state.what;
}

test('a sender hears how things are at the start, and of every change', async () => {
  const alerts = recordingSender();
  const { service } = await liveService({ alerts });
  const version = service.status().modelVersion;
  await expect
    .poll(() => said(alerts, true))
    .toEqual(['journal ok', 'halted false', `serves ${version}`, `serves ${version}`]);
  await service.halt('odd');
  await service.resume();
  expect(said(alerts, false)).toEqual(['halted true', 'halted false']);
  await service.stop();
});

test('a rollback is one live, and after a restart, at the same time and so with the same id', async () => {
  const [registry, journal, alerts] = [new ControlledRegistry(), new ControlledJournal(), recordingSender()];
  const { service } = await liveService({ registry, journal, alerts });
  const first = service.status().modelVersion;
  const second = await addModel(registry, 2);
  await service.promote(second);
  await service.rollback(second);
  expect(said(alerts, false)).toEqual([`serves ${second}`, `rolled_back ${first}`]);
  await service.stop();
  const again = recordingSender();
  const next = await liveService({ registry, journal: new ControlledJournal(), alerts: again, model: null });
  await expect.poll(() => said(again, true).slice(-2)).toEqual([`rolled_back ${first}`, `serves ${first}`]);
  const timesOf = ({ noted }: { readonly noted: readonly Noted[] }): number[] =>
    noted.filter(({ state }) => wordsOf(state) === `rolled_back ${first}`).map(({ atMs }) => atMs);
  expect(timesOf(again)).toEqual(timesOf(alerts));
  await next.service.stop();
});

async function addModel(registry: ControlledRegistry, seed: number): Promise<string> {
  const bytes = smallModelBytes(seed);
  const { version } = readModel(bytes, { sha256 });
  await registry.add(version, bytes);
  return version;
}
