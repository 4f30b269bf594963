import { type ConfigRecord, configToRecord, OrchestratorConfig } from '../../config/index.ts';
import { eventCostBps, type TermsByName, termsOf } from '../../labeling/index.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What a replay judges by: settings that were given, completed by those that the model learned with. */
export interface JudgingSettings {
  /** In snake_case, to be checked. */
  readonly settings: Tree;
  /** Where they differ from those of the model, a sentence each: the figures can then not be compared with its training's. */
  readonly differences: readonly string[];
}

/** Cost and tick are no part: a model file keeps those of every instrument; see {@link termDifferences}. */
const LABEL_NAMES = [
  'pt_multiplier',
  'sl_multiplier',
  'max_holding_bars',
  'fill',
  'min_return',
  'net_of_costs',
  'horizon_bars',
] as const;
/** Kinds that a file names by their labeler. */
const NAMED_KINDS: readonly unknown[] = ['given', 'fixed_horizon', 'trend_scanning'];
/** What a model file says of its events where the signals were handed in. */
const GIVEN_SIGNALS = 'given signals';

/**
 * Completes given settings by those of a model's training, since a probability is that of the labels it was learned from.
 *
 * @param given - what somebody chose, in snake_case; it counts, and what differs is told.
 * @param learned - the settings in the model file; empty for a file that has none.
 * @param hasSignals - whether the signals of the replay are handed in: then its events are those.
 */
export function judgingSettings(given: Tree, learned: Tree, hasSignals: boolean): JudgingSettings {
  const labels = labelsOf(learned);
  const events = hasSignals ? {} : pickNames(recordIn(learned.events), namesOfEvents());
  const settings = {
    ...given,
    labels: { ...labels, ...recordIn(given.labels) },
    events: { ...events, ...recordIn(given.events) },
  };
  const differences = [
    ...(learned.events === GIVEN_SIGNALS && !hasSignals
      ? ['the model learned from signals that were handed in; this replay judges those of a built-in primary']
      : []),
    ...differencesIn('labels', labels, recordIn(given.labels)),
    ...differencesIn('events', events, hasSignals ? {} : recordIn(given.events)),
  ];
  return { settings, differences };
}

/**
 * Where a cost or a tick was chosen that is not the one that the training counted, a sentence each.
 *
 * @param given - as for {@link judgingSettings}. @param terms - of the model file; null where it has none.
 */
export function termDifferences(given: Tree, terms: TermsByName | null, instrumentId: string): string[] {
  if (terms === null) return [];
  const { cost_bps: costBps, tick_size: tickSize } = recordIn(given.labels);
  const learnedCost = eventCostBps({ costBps: null }, terms, instrumentId);
  const learnedTick = termsOf(terms, instrumentId)?.tickSize ?? null;
  const isOther = (value: unknown, learned: number | null): value is number =>
    typeof value === 'number' && value !== learned;
  return [
    ...(isOther(costBps, learnedCost)
      ? [`the training counted a cost of ${learnedCost} bp a round trip, this replay counts ${costBps}`]
      : []),
    ...(isOther(tickSize, learnedTick)
      ? [
          `the training knew ${learnedTick === null ? 'no tick' : `a tick of ${learnedTick}`}, this replay has ${tickSize}`,
        ]
      : []),
  ];
}

/** Labels of 0.1 do not say that they are net of the cost that was set, and such files do not keep it by instrument. */
function labelsOf({ labels }: Tree): Tree {
  const learned = recordIn(labels);
  const known = { ...kindOf(learned), ...pickNames(learned, LABEL_NAMES) };
  if (!('pt_multiplier' in learned) || 'net_of_costs' in learned) return known;
  const { cost_bps: costBps } = learned;
  const isNet = typeof costBps === 'number' && costBps > 0;
  return isNet ? { ...known, net_of_costs: true, cost_bps: costBps } : { ...known, net_of_costs: false };
}

/** A file that names a labeler of a caller says nothing of the settings; older ones, which say no kind, are of triple barriers. */
function kindOf(labels: Tree): Tree {
  if ('labeler' in labels)
    return labels.hash === null && NAMED_KINDS.includes(labels.labeler) ? { kind: labels.labeler } : {};
  return 'pt_multiplier' in labels ? { kind: 'triple_barrier' } : {};
}

function differencesIn(group: string, learned: Tree, given: Tree): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const before = learned[name];
    const isAlike = before === undefined || before === value;
    return isAlike ? [] : [differenceText(`${group}.${name}`, before, value)];
  });
}

function differenceText(name: string, before: unknown, value: unknown): string {
  return name === 'labels.fill'
    ? `trades are filled as in the training, ${name} ${before}; the money by fill has ${value} too`
    : `the model learned with ${name} ${before}, this replay judges by ${value}`;
}

function namesOfEvents(): readonly string[] {
  const { events }: ConfigRecord = configToRecord(OrchestratorConfig());
  return Object.keys(events);
}

function pickNames(tree: Tree, names: readonly string[]): Tree {
  return Object.fromEntries(names.flatMap((name) => (name in tree ? [[name, tree[name]]] : [])));
}

function recordIn(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
