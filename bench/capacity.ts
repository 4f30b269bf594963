// The tables of docs/capacity.md, from bench/LIVE.md and from "Lanes" in bench/RESULTS.md. Writes them into the page; run it after either was measured anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { count } from '../src/core/index.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PAGE = pathOf('../docs/capacity.md');
/** Median latency from the schedule above which a run of `LIVE.md` was overrun, milliseconds: its CPU is that of the signals it had time for. */
const OVERRUN_MS = 50;
/** Share of the main thread that is planned for. */
const SHARE = 0.6;

/** What a signal costs, microseconds. */
interface SignalCost {
  readonly mainUs: number;
  readonly allUs: number;
}

/** The cells of every row of the tables in a text, without the lines under their heads. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return rows.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const atShare = (us: number): string => count(Math.round((SHARE * 1e6) / us));

/** Six rows: every road and form of bars, at the highest rate that it kept up with. */
function oneProcess(): readonly string[] {
  const costs = new Map<string, SignalCost & { readonly rate: number }>();
  for (const [road, signals, ...cells] of rowsOf(readFileSync(pathOf('LIVE.md'), 'utf8'))) {
    const cpu = cells.map((cell) => /^(\d+) % \((\d+) %\)$/.exec(cell)).find((match) => match !== null);
    if (cpu === undefined) continue;
    const [, fromSchedule] = cells;
    const rate = Number(signals);
    if (Number.parseFloat(fromSchedule) > OVERRUN_MS || rate < (costs.get(road)?.rate ?? 0)) continue;
    const [allUs, mainUs] = [cpu[1], cpu[2]].map((percent) => (Number(percent) * 1e4) / rate);
    costs.set(road, { rate, mainUs, allUs });
  }
  return Array.from(costs, ([road, { rate, mainUs, allUs }]) => {
    const cores = ((SHARE * allUs) / mainUs).toFixed(1);
    const name = road.replace('Redis Streams', 'Redis');
    return `| ${name} | ${count(rate)} | ${mainUs.toFixed(0)} | ${allUs.toFixed(0)} | ${atShare(mainUs)} | ${cores} |`;
  });
}

/** Two rows: each kind of features with one lane and with two. */
function withLanes(): readonly string[] {
  const [, lanes = ''] = readFileSync(pathOf('RESULTS.md'), 'utf8').split(/^# Lanes$/m);
  const costs = new Map<string, SignalCost>();
  for (const [features, n, , , main, all] of rowsOf(lanes.split(/^# /m)[0]))
    costs.set(`${features} ${n}`, { mainUs: Number(main), allUs: Number(all) });
  return ['built-in features', 'and six costly ones'].map((features) => {
    const [one, two] = [1, 2].map((n) => costs.get(`${features} ${n}`));
    if (one === undefined || two === undefined) throw new Error(`RESULTS.md has no lanes of ${features}`);
    const laneUs = two.allUs - two.mainUs - (one.allUs - one.mainUs);
    const rates = `${atShare(one.mainUs)} → ${atShare(two.mainUs)}`;
    return `| ${features} | ${one.mainUs} | ${two.mainUs} | ${laneUs} | ${rates} | ${Math.ceil(laneUs / two.mainUs)} |`;
  });
}

/** Replaces the rows under the head of a table that begins with `head`. */
function replaced(page: string, head: string, rows: readonly string[]): string {
  const lines = page.split('\n');
  const first = lines.findIndex((line) => line.startsWith(head)) + 2;
  if (first < 2) throw new Error(`the page has no table that begins with ${head}`);
  const end = lines.findIndex((line, i) => i >= first && !line.startsWith('|'));
  return [...lines.slice(0, first), ...rows, ...lines.slice(end)].join('\n');
}

const page = readFileSync(PAGE, 'utf8');
writeFileSync(PAGE, replaced(replaced(page, '| road, bars |', oneProcess()), '| features |', withLanes()));
