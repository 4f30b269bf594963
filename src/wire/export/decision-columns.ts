import { parseLossless } from '../../core/index.ts';
import { outcomeToWire, type WireOutcome } from '../outcome.ts';
import type { LastingAnswer } from '../signals/enriched-signal.ts';
import type { AnsweredSignal } from '../signals/signal.ts';
import type { ExportedDecision } from './decision-row.ts';

/** A column of a table; every column may have nulls. */
export interface TableColumn {
  readonly name: string;
  readonly type: 'text' | 'double' | 'int64' | 'boolean';
}
type ColumnType = TableColumn['type'];
/** A value of a row in a column; an `int64` may be a number where that is a safe integer. */
export type TableCell = string | number | bigint | boolean | null;
type Fields = Readonly<Record<string, unknown>>;

/** What the cells of a row are taken from. */
interface Source {
  readonly decision: ExportedDecision;
  readonly answer: Fields;
  readonly signal: Fields;
  readonly factors: Fields;
  readonly outcome: Fields;
  /** By name; null where they are not known. */
  readonly features: ReadonlyMap<string, number> | null;
}

/** A column of the table of decisions, and where its cells come from. */
interface DecisionColumn extends TableColumn {
  readonly cellOf: (source: Source) => TableCell;
}

const OF_SIGNAL = {
  instrument_id: 'text',
  signal: 'int64',
  timestamp: 'int64',
  last_bar_ts: 'int64',
  n_bars: 'int64',
} as const satisfies Readonly<Record<Exclude<keyof AnsweredSignal, 'signal_id' | 'bars'>, ColumnType>>;

/** `meta_output` says again what others say, and `size_factors` has columns of its own. */
const OF_ANSWER = {
  signal_id: 'text',
  bar_type: 'text',
  strength: 'double',
  meta_confidence: 'double',
  raw_confidence: 'double',
  regime_weight: 'double',
  toxicity: 'double',
  toxicity_available: 'boolean',
  toxicity_percentile: 'double',
  model_available: 'boolean',
  model_version: 'text',
  source: 'text',
  reason: 'text',
  base_rate: 'double',
  break_even: 'double',
  expected_r: 'double',
  expected_return_bps: 'double',
  cost_bps: 'double',
  take: 'boolean',
  take_reason: 'text',
  risk_distance: 'double',
  confidence_low: 'double',
  confidence_high: 'double',
  size_method: 'text',
  size: 'double',
} as const satisfies Readonly<
  Record<Exclude<keyof LastingAnswer, 'signal_event' | 'last_bar_ts' | 'meta_output' | 'size_factors'>, ColumnType>
>;

const FACTORS = ['direction', 'magnitude', 'bet', 'regime_weight', 'non_toxicity', 'fractional_kelly'] as const;

/** The kind of the outcome stands in the column `outcome`. */
const OF_OUTCOME = {
  label: 'int64',
  return: 'double',
  net: 'boolean',
  cost_bps: 'double',
  coin: 'double',
  excess: 'double',
  exit_ts: 'int64',
  reason: 'text',
  seq: 'int64',
} as const satisfies Readonly<
  Record<Exclude<keyof WireOutcome, 'signal_id' | 'instrument_id' | 'bar_type' | 'outcome'>, ColumnType>
>;

/**
 * The table of decisions: the answer, flat; the outcome with `outcome_` before its fields; each feature with `feature_` before its name;
 * at the end the text of the answer, whose SHA-256 is `answer_hash`.
 */
export class DecisionTable {
  readonly #columns: readonly DecisionColumn[];

  /** @param names - features that have columns, those of all models that are kept. */
  constructor(names: Iterable<string>) {
    this.#columns = columnsFor(names);
  }

  get columns(): readonly TableColumn[] {
    return this.#columns;
  }

  /** The cells of a row. @param names - features of its model in their order, each with a column; null where they are not known. */
  cellsOf(decision: ExportedDecision, names: readonly string[] | null): TableCell[] {
    const answer = parseLossless(decision.answer) as Fields;
    const { features, outcome } = decision;
    const source: Source = {
      decision,
      answer,
      signal: (answer.signal_event ?? {}) as Fields,
      factors: (answer.size_factors ?? {}) as Fields,
      outcome: outcome === null ? {} : outcomeToWire(outcome),
      features: names === null || features === null ? null : new Map(names.map((name, j) => [name, features[j]])),
    };
    return this.#columns.map((column) => column.cellOf(source));
  }
}

function columnsFor(names: Iterable<string>): DecisionColumn[] {
  return [
    { name: 'seq', type: 'int64', cellOf: ({ decision }) => decision.seq },
    ...columnsOf('', OF_SIGNAL, ({ signal }) => signal),
    ...columnsOf('', OF_ANSWER, ({ answer }) => answer),
    ...FACTORS.map(
      (factor): DecisionColumn => ({
        name: `size_${factor}`,
        type: 'double',
        cellOf: ({ factors }) => cellOf('double', factors[factor]),
      }),
    ),
    { name: 'outcome', type: 'text', cellOf: ({ outcome }) => cellOf('text', outcome.outcome) },
    ...columnsOf('outcome_', OF_OUTCOME, ({ outcome }) => outcome),
    { name: 'received_ms', type: 'int64', cellOf: ({ decision }) => decision.receivedMs },
    { name: 'transport', type: 'text', cellOf: ({ decision }) => decision.transport },
    { name: 'settings_id', type: 'text', cellOf: ({ decision }) => decision.settingsId },
    ...Array.from(
      new Set(names),
      (name): DecisionColumn => ({
        name: `feature_${name}`,
        type: 'double',
        cellOf: ({ features }) => features?.get(name) ?? null,
      }),
    ),
    { name: 'unnamed_features', type: 'text', cellOf: unnamedFeatures },
    { name: 'answer_hash', type: 'text', cellOf: ({ decision }) => decision.answerHash },
    { name: 'answer', type: 'text', cellOf: ({ decision }) => decision.answer },
  ];
}

/** The vector of a model that is not kept any more, as JSON. */
function unnamedFeatures({ decision, features }: Source): TableCell {
  return decision.features === null || features !== null ? null : JSON.stringify([...decision.features]);
}

function columnsOf(
  prefix: string,
  types: Readonly<Record<string, ColumnType>>,
  fieldsOf: (source: Source) => Fields,
): DecisionColumn[] {
  return Object.entries(types).map(([name, type]) => ({
    name: `${prefix}${name}`,
    type,
    cellOf: (source) => cellOf(type, fieldsOf(source)[name]),
  }));
}

/** A value of JSON as a cell; one that is absent is null. A number may have come as its digits. */
function cellOf(type: ColumnType, value: unknown): TableCell {
  if (value === null || value === undefined) return null;
  if (type === 'double') return Number(value);
  if (type === 'int64') return typeof value === 'string' ? BigInt(value) : (value as number | bigint);
  return value as string | boolean;
}
