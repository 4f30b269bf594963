import { expect } from 'vitest';
import { stringifyLossless } from '../../../src/core/index.ts';
import { type BarSeries, WINDOW_BARS } from '../../../src/domain/index.ts';
import { barsToWire } from '../../../src/wire/index.ts';
import { runCli } from '../../support/run-cli.ts';
import { type BesideNode, SAME_SETTING } from './beside.ts';
import type { ReceivedAnswer } from './nautilus-node.ts';

/** Bars of one series, as a node publishes them. */
export interface PlayedSeries {
  readonly barType: string;
  readonly bars: BarSeries;
}

/** The hashes of what `ml4t enrich` answers to the same signals with the bars up to theirs, in the order of the answers. */
export async function enrichedHashes(
  { model }: BesideNode,
  answers: readonly ReceivedAnswer[],
  { barType, bars }: PlayedSeries,
): Promise<readonly string[]> {
  const input = answers.map(({ signal_id, ts_event, signal, instrument_id }) => {
    const end = bars.tsEvent.indexOf(BigInt(ts_event)) + 1;
    const window = barsToWire(bars.slice(end - WINDOW_BARS, end));
    const sent = { signal_id, instrument_id, signal, timestamp: BigInt(ts_event), bar_type: barType };
    return `${stringifyLossless({ ...sent, bars: window })}\n`;
  });
  const { code, stdout, stderr } = await runCli(['enrich', '--model', model, '--set', SAME_SETTING], {
    input: input.join(''),
  });
  expect(code, stderr).toBe(0);
  const lines = stdout.trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly answer_hash: string }).answer_hash);
}

/** Expects that every answer is what `ml4t enrich` says, none came twice, and all in the order of their signals. */
export async function expectAsEnriched(
  beside: BesideNode,
  answers: readonly ReceivedAnswer[],
  played: PlayedSeries,
): Promise<void> {
  expect(new Set(answers.map(({ signal_id }) => signal_id)).size, 'none comes twice').toBe(answers.length);
  const times = answers.map(({ ts_event }) => BigInt(ts_event));
  expect(times, 'they came in the order of their signals').toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)));
  const expected = await enrichedHashes(beside, answers, played);
  const differing = answers.filter(({ answer_hash }, i) => answer_hash !== expected[i]);
  expect(differing.length, `of ${answers.length} differ, such as ${JSON.stringify(differing[0])}`).toBe(0);
}
