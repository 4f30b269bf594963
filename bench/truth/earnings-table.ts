import { count } from '../../src/core/index.ts';
import { COMPARED_SIZES, type ComparedSize, EARNING_COSTS, type Earnings, type PromiseSums } from './earnings.ts';
import type { Kind } from './kinds.ts';
import type { TruthResult } from './results.ts';

/** Fewest trainings whose mean is judged. */
const MIN_SEEDS = 10;
/** Share of the rule's earnings that the default bet must earn. */
const LEAST_SHARE = 0.9;
/** Realised over promised of what is taken. */
const KEPT: readonly [number, number] = [0.8, 1.25];
/** Largest distance of realised and promised of a tenth, R. */
const LARGEST_GAP = 0.1;

/** Means over the trainings of a kind at one cost. */
export interface EarningsFinding {
  readonly kind: string;
  readonly costBps: number;
  readonly n: number;
  /** Net R at the same mean exposure. */
  readonly earned: Readonly<Record<ComparedSize, number>>;
  /** Of the taken trades, R a trade. */
  readonly promised: number;
  readonly kept: number;
  /** Largest distance of realised and promised of a tenth of the promises, R a trade. */
  readonly largestGap: number;
  /** What is not as promised, in words. */
  readonly broken: readonly string[];
}

/** Compares sizes by their means over all trainings of a kind; none where nothing was compared. */
export function earningsFindings(kind: Pick<Kind, 'id'>, results: readonly TruthResult[]): EarningsFinding[] {
  const trainings = results.flatMap(({ kind: own, training }) =>
    own === kind.id && training?.earnings ? [training.earnings] : [],
  );
  if (trainings.length === 0) return [];
  return EARNING_COSTS.map((costBps, at) => {
    const own = trainings.map((earnings) => earnings[at]);
    const means = meansOf(own);
    return { kind: kind.id, costBps, n: own.length, ...means, broken: own.length < MIN_SEEDS ? [] : brokenOf(means) };
  });
}

type Means = Pick<EarningsFinding, 'earned' | 'promised' | 'kept' | 'largestGap'>;

function meansOf(all: readonly Earnings[]): Means {
  const earned = COMPARED_SIZES.map((size): [ComparedSize, number] => [
    size,
    meanOf(all.map((one) => one.earned[size])),
  ]);
  const taken = pooled(all.map((one) => one.taken));
  const gaps = all[0].tenths.map((_, tenth) => {
    const { promised, kept } = pooled(all.map(({ tenths }) => tenths[tenth]));
    return Math.abs(kept - promised);
  });
  return {
    earned: Object.fromEntries(earned) as Record<ComparedSize, number>,
    ...taken,
    largestGap: Math.max(...gaps),
  };
}

/** Means over the trades of all trainings. */
function pooled(sums: readonly PromiseSums[]): { readonly promised: number; readonly kept: number } {
  const total = (of: (one: PromiseSums) => number): number => sums.reduce((sum, one) => sum + of(one), 0);
  const n = Math.max(
    1,
    total((one) => one.n),
  );
  return { promised: total((one) => one.promised) / n, kept: total((one) => one.kept) / n };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function brokenOf({ earned, promised, kept, largestGap }: Means): string[] {
  const broken: string[] = [];
  if (earned.rule <= 0) return broken; // no edge is left at this cost
  if (earned.afml < LEAST_SHARE * earned.rule) broken.push(`afml earns ${shareOf(earned, 'afml')} of the rule`);
  if (!(kept >= KEPT[0] * promised && kept <= KEPT[1] * promised))
    broken.push(`${(kept / promised).toFixed(3)} of the promise is kept`);
  if (largestGap > LARGEST_GAP) broken.push(`a tenth of the promises is off by ${largestGap.toFixed(3)} R`);
  return broken;
}

function shareOf(earned: Means['earned'], size: ComparedSize): string {
  return earned.rule > 0 ? `${Math.round((100 * earned[size]) / earned.rule)} %` : '–';
}

/** Section on sizes, as Markdown; empty where nothing was compared. */
export function earningsSection(
  kinds: readonly Pick<Kind, 'id' | 'bars'>[],
  results: readonly TruthResult[],
): string[] {
  const findings = kinds.flatMap((kind) => earningsFindings(kind, results).map((finding) => ({ ...finding, ...kind })));
  if (findings.length === 0) return [];
  const others = COMPARED_SIZES.filter((size) => size !== 'rule');
  const broken = findings.flatMap(({ id, costBps, broken: own }) =>
    own.map((text) => `${id} at ${costBps} bp: ${text}`),
  );
  return [
    '\n## Sizes on planted edges\n',
    'Net R a trade of the same out-of-fold events at the same mean exposure, mean of the trainings. `rule`: one stake where p·w − (1 − p)·l − c > 0, with mean win and loss of the past. The others as a share of it: one stake where the decision takes, the default bet alone, the sizes by method with the factors that earn their place, and `integrated` of every signal, which is what 0.1 did. A coin earns minus the cost. Where the rule earns anything, `afml` must earn 90 % of it, of what is promised between 80 and 125 % must be kept, and each tenth of the promises be within 0.1 R; fewer than 10 trainings are not judged.\n',
    `- **${count(broken.length)} broken**${broken.length === 0 ? '' : `: ${broken.join('; ')}`}\n`,
    `| market | bars | trained | cost, bp | rule, R | ${others.join(' | ')} | promised, R | kept | largest gap of a tenth, R |`,
    `|---|---|---|---|---|${others.map(() => '---|').join('')}---|---|---|`,
    ...findings.map(({ id, bars, n, costBps, earned, promised, kept, largestGap, broken: own }) =>
      [
        `| ${id}`,
        bars,
        count(n),
        costBps,
        earned.rule.toFixed(3),
        ...others.map((size) => shareOf(earned, size)),
        promised.toFixed(3),
        `${(kept / promised).toFixed(2)}${own.length > 0 ? ' **broken**' : ''}`,
        `${largestGap.toFixed(3)} |`,
      ].join(' | '),
    ),
  ];
}
