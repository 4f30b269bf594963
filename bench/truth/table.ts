import { count } from '../../src/core/index.ts';
import { isWithin } from './bounds.ts';
import { earningsSection } from './earnings-table.ts';
import type { Kind } from './kinds.ts';
import { boundOf, type Promised } from './promises.ts';
import type { TruthResult } from './results.ts';

/** A promise held against the trainings of a kind, or of all kinds of a group. */
export interface Finding {
  readonly kind: string;
  readonly promised: Promised;
  readonly found: number;
  readonly n: number;
  /** Null where nothing was trained. */
  readonly isKept: boolean | null;
}

/** Holds the results of a kind against what it promises. @param results - of any kinds. */
export function findingsOf(kind: Pick<Kind, 'id' | 'promises'>, results: readonly TruthResult[]): Finding[] {
  const trainings = results.flatMap((result) =>
    result.kind === kind.id && result.training !== null ? [result.training] : [],
  );
  return kind.promises.map((promised) => {
    const [n, found] = [trainings.length, trainings.filter(promised.isMade).length];
    return { kind: kind.id, promised, found, n, isKept: n === 0 ? null : isWithin(boundOf(promised, n), found) };
  });
}

const groupOf = (id: string): string => id.slice(0, id.indexOf('/'));

const HEADINGS: Readonly<Record<string, string>> = {
  martingale: `Martingales: nobody knows the direction\n\nIndependent normal moves, GARCH(1,1), stochastic volatility, sessions with nights between them, and \`ml4t simulate --edge 0\`\nof seed 10,000 + the seed.`,
  bounce: `Prices on a grid that bounce between bid and ask\n\nThe value behind the prices is a martingale. That a price comes back to it can be known, and is worth less than the spread.`,
  mirrored: `Real bars, each mirrored or not by a coin\n\n12,000 bars in a row from a place that the seed chooses; log moves from the last close negated, high and low exchanged.`,
  coin: `Coins at real events\n\nThe whole file with the events of the default settings; the side of each is a coin's.`,
  planted: `Power: planted edges\n\n\`ml4t simulate --edge\`, of seed 10,000 + the seed; the share that must be found, at least.`,
};

/** The page of a run, as Markdown. @param about - lines on the run: date, machine, sources. */
export function truthPage(kinds: readonly Kind[], results: readonly TruthResult[], about: readonly string[]): string {
  const groups = [...new Set(kinds.map(({ id }) => groupOf(id)))];
  const findings = kinds.flatMap((kind) => findingsOf(kind, results));
  const broken = findings.filter(({ isKept }) => isKept === false);
  const judged = findings.filter(({ isKept, n, promised }) => isKept !== null && n >= promised.minSeeds);
  return [
    '# How often the verdicts are wrong\n',
    'Written by `npm run bench -- truth`. Each count is of trainings at the default settings that made the claim at the head of the column; the bound is in brackets. One training serves all costs. A claim that chance may make in 5 of 100 trainings may be made at most as often as such a rate reaches in 99 of 100 runs (18 of 200); `information` on at most 7 % from 500 trainings on. Of a hundred such bounds chance breaks one, so files are judged together too. *Few*: fewer trainings than a judgement needs (200, of `information` 500).\n',
    ...about.map((line) => `- ${line}`),
    `- ${count(results.length)} trainings; ${count(judged.length)} of ${count(findings.length)} promises have enough of them`,
    `- **${count(broken.length)} of ${count(findings.length)} promises broken**${broken.length === 0 ? '' : `: ${broken.map(inWords).join('; ')}`}`,
    ...groups.flatMap((group) =>
      section(
        group,
        kinds.filter(({ id }) => groupOf(id) === group),
        results,
      ),
    ),
    ...earningsSection(kinds, results),
    ...failures(results),
  ]
    .join('\n')
    .concat('\n');
}

function inWords({ kind, promised, found, n }: Finding): string {
  return `${kind}, ${headOf(promised)}: ${found} of ${n}, ${boundOf(promised, n).word} ${boundOf(promised, n).count}`;
}

function headOf({ claim, cost }: Promised): string {
  return `${claim} ${cost === 'unset' ? '(no cost set)' : `(${cost} bp)`}`;
}

function section(group: string, kinds: readonly Kind[], results: readonly TruthResult[]): string[] {
  const lines = [`\n## ${HEADINGS[group]}\n`];
  let heads: readonly string[] = [];
  for (const kind of kinds) {
    const own = kind.promises.map(headOf);
    if (own.join() !== heads.join()) lines.push(...(heads.length === 0 ? [] : ['']), ...tableHead(own));
    heads = own;
    lines.push(row(kind.id.slice(group.length + 1), kind.bars, `1–${count(kind.nSeeds)}`, findingsOf(kind, results)));
  }
  if (kinds.length > 1 && kinds.every(({ promises }) => promises === kinds[0].promises)) {
    const ofGroup = results.filter(({ kind }) => groupOf(kind) === group).map((result) => ({ ...result, kind: 'all' }));
    lines.push(row('**all**', '', '', findingsOf({ id: 'all', promises: kinds[0].promises }, ofGroup)));
  }
  return lines;
}

function tableHead(heads: readonly string[]): string[] {
  return [
    `| market | bars | seeds | trained | ${heads.join(' | ')} |`,
    `|---|---|---|---|${heads.map(() => '---|').join('')}`,
  ];
}

function row(name: string, bars: string, seeds: string, findings: readonly Finding[]): string {
  return `| ${[name, bars, seeds, count(findings[0].n), ...findings.map(cell)].join(' | ')} |`;
}

function cell({ promised, found, n, isKept }: Finding): string {
  if (isKept === null) return 'not run';
  const bound = boundOf(promised, n);
  const text = `${count(found)} (${bound.word === 'at most' ? '≤' : '≥'} ${count(bound.count)})`;
  return `${isKept ? text : `**${text} broken**`}${n < promised.minSeeds ? ' few' : ''}`;
}

function failures(results: readonly TruthResult[]): string[] {
  const failed = results.filter(({ error }) => error !== null);
  if (failed.length === 0) return [];
  const byKind = Map.groupBy(failed, ({ kind }) => kind);
  const lines = [...byKind].map(
    ([kind, own]) => `- ${kind}: ${own.length}, the first with seed ${own[0].seed}: ${own[0].error}`,
  );
  return ['\n## Trainings that failed\n', ...lines];
}
