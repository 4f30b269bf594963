import { z } from 'zod';
import { configToRecord, parseConfig } from '../../config/index.ts';
import { DataError, TrainingError } from '../../core/index.ts';
import { BarSeries, type ColumnValues, type FeatureName, NO_COLUMNS } from '../../domain/index.ts';
import { checkGivenTrades, type GivenTrades } from '../../labeling/index.ts';
import { type PlainError, toPlainError } from '../../runtime/index.ts';
import type {
  FoldForecasts,
  InstrumentBars,
  OwnParts,
  OwnSources,
  TrainingOutput,
  TrainingRequest,
} from '../../training/index.ts';
import { refuseFixed, sourcesOf } from '../own-sources.ts';
import { pack, unpack } from './packed.ts';

/** Version of what is sent between the machines of a training. Programs of different ones refuse each other's pieces. */
export const PIECE_VERSION = 3;

/** One piece of a training, as the queue has it: a fold of the walk-forward, or everything after the folds. */
export const pieceSchema = z.strictObject({
  version: z.literal(PIECE_VERSION),
  training: z.uuid(),
  /** Name of the training set. */
  data: z.string().regex(/^[0-9a-f]{64}$/),
  /** Index of the fold; null for the piece that comes after the folds. */
  fold: z.int().min(0).max(1000).nullable(),
  nFolds: z.int().min(1).max(1000),
});
export type Piece = z.output<typeof pieceSchema>;

/** What a worker answers to a job that is none of its pieces; workers of 0.1 answer so to pieces that have a version. */
export const NO_PIECE = 'the job is no piece of a training';
export const OTHER_VERSION =
  'the training was sent by another version of this program; run the same version of ml4t on every machine, then train again';

/** Whether a job is a piece of a program with another version of it, or of 0.1, which had none. */
export function isOfOtherVersion(job: unknown): boolean {
  return pieceSchema.safeParse({ ...(job as object), version: PIECE_VERSION }).success;
}

/** Id of the job of a piece. */
export function jobIdOf(training: string, fold: number | null): string {
  return fold === null ? training : `${training}-${fold}`;
}

const arrayOf = <T>(arrayClass: new (length: number) => T) => z.custom<T>((value) => value instanceof arrayClass);
const price = arrayOf(Float64Array);
const columns = z.record(z.string(), price);
const tradesSchema = z.strictObject({
  index: arrayOf(Int32Array),
  exit: arrayOf(Int32Array),
  side: arrayOf(Int8Array),
  label: arrayOf(Uint8Array),
  ret: price,
});
const instrumentSchema = z.strictObject({
  instrument: z.string().nullable(),
  bars: z.strictObject({
    tsEvent: arrayOf(BigInt64Array),
    open: price,
    high: price,
    low: price,
    close: price,
    volume: price,
    takerBuyVolume: price.nullable(),
    columns,
  }),
  side: arrayOf(Int8Array).nullable(),
  sent: columns,
  labels: tradesSchema.optional(),
  told: tradesSchema.optional(),
});
/** Definitions of the caller, by hash only: a worker runs no code that the network names. */
const ownSchema = z.record(z.string(), z.strictObject({ exportName: z.string(), hash: z.string() }));
const requestSchema = z.strictObject({
  instruments: z.array(instrumentSchema),
  config: z.record(z.string(), z.unknown()),
  own: ownSchema.optional(),
  strict: z.boolean(),
  accounts: z.boolean().default(false),
  /** Bars of other instruments, without signals. */
  context: z.array(instrumentSchema),
});

/** Output of a fold, and how long it took, milliseconds. */
export interface FoldOutput extends FoldForecasts {
  readonly ms: number;
}
const foldSchema = z.strictObject({
  probability: arrayOf(Float64Array),
  isAnswered: arrayOf(Uint8Array),
  turbulence: arrayOf(Float64Array),
  ms: z.number(),
});

export type PieceResult<T> = { readonly output: T } | { readonly error: PlainError };

/**
 * Packs a training set. Settings of this machine, such as the address of Redis with its password, are left out, and so are the
 * paths of the caller's definitions.
 *
 * @throws {TrainingError} by the promise, for a definition that is a closure.
 */
export async function packRequest(request: TrainingRequest): Promise<Buffer> {
  refuseFixed(request);
  const { instruments, config, own, strict = false, accounts = false, context = [] } = request;
  const hashes = hashesOf(sourcesOf(own));
  const packed = ({ instrument, bars, side, sent = NO_COLUMNS, labels = null, told = null }: InstrumentBars) => {
    const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
    const ofBars = { tsEvent, open, high, low, close, volume, takerBuyVolume };
    const [own, ofSignals] = [bars.columns, sent].map((all) => pickColumns(all, config.columns));
    return {
      instrument,
      bars: { ...ofBars, columns: own },
      side,
      sent: ofSignals,
      ...trades('labels', labels),
      ...trades('told', told),
    };
  };
  // Nothing of the service goes to another machine; the addresses of alerts are secrets.
  const {
    redis: _address,
    server: _service,
    journal: _files,
    limits: _bounds,
    alerts: _secrets,
    ...settings
  } = configToRecord(config);
  return pack({
    instruments: instruments.map(packed),
    config: settings,
    strict,
    ...(accounts && { accounts }), // an older worker knows no accounts
    context: context.map((each) => packed({ ...each, side: null })),
    ...(Object.keys(hashes).length > 0 && { own: hashes }),
  });
}

/** Of the columns of the caller those that the training reads. */
function pickColumns(all: ColumnValues, names: readonly FeatureName[]): Record<string, Float64Array> {
  return Object.fromEntries(Array.from(all).filter(([name]) => names.includes(name)));
}

function trades(name: 'labels' | 'told', given: GivenTrades | null): Partial<Record<typeof name, GivenTrades>> {
  if (given === null) return {};
  const { index, exit, side, label, ret } = given;
  return { [name]: { index, exit, side, label, ret } };
}

function hashesOf(sources: OwnSources): z.output<typeof ownSchema> {
  const entries = Object.entries(sources).map(([part, { exportName, hash }]) => [part, { exportName, hash }] as const);
  return Object.fromEntries(entries);
}

/**
 * Reads a training set.
 *
 * @param own - definitions that this worker was started with.
 * @throws {DataError | ConditionError} for anything but a training set whose bars and settings keep the rules.
 * @throws {TrainingError} where the caller trains with other definitions than this worker has.
 */
export async function unpackRequest(bytes: Uint8Array, maxBytes: number, own: OwnParts = {}): Promise<TrainingRequest> {
  const request = checked(requestSchema, await unpack(bytes, maxBytes));
  const { instruments, config, own: wanted = {}, strict, accounts, context } = request;
  checkSameOwn(wanted, hashesOf(sourcesOf(own)));
  const used = Object.fromEntries(Object.entries(own).filter(([part]) => Object.hasOwn(wanted, part)));
  return {
    instruments: instruments.map(toInstrumentBars),
    config: parseConfig(config),
    own: used,
    strict,
    accounts,
    context: context.map((each) => ({ instrument: each.instrument ?? '', bars: toInstrumentBars(each).bars })),
  };
}

/** What a training does not name stays built in, also on a worker that has more. */
function checkSameOwn(wanted: z.output<typeof ownSchema>, here: z.output<typeof ownSchema>): void {
  for (const [part, { exportName, hash }] of Object.entries(wanted)) {
    const found = Object.hasOwn(here, part) ? here[part] : null;
    if (found?.hash === hash && found.exportName === exportName) continue;
    const has = found === null ? 'this worker has none' : 'those of this worker are others';
    throw new TrainingError(
      'TRAINING_FAILED',
      `the training needs ${part} of the caller, and ${has}: start the worker with the same module, or train with trainer.kind threads`,
    );
  }
}

/** Another machine sent the bars, so they are checked here, once for all pieces of the training set. */
function toInstrumentBars({
  instrument,
  bars: columns,
  side,
  sent,
  labels,
  told,
}: z.output<typeof instrumentSchema>): InstrumentBars {
  const bars = BarSeries.fromColumns({ ...columns, columns: new Map(Object.entries(columns.columns)) });
  const fits = side === null || (side.length === bars.length && side.every((each) => Math.abs(each) <= 1));
  if (!fits) throw new DataError('FILE_UNREADABLE', 'the signals of a training set are not one a bar, -1, 0 or 1');
  for (const [name, { length }] of Object.entries(sent)) {
    if (length !== bars.length)
      throw new DataError('FILE_UNREADABLE', `the column ${name} of a training set is not one value a bar`);
  }
  for (const trades of [labels, told]) if (trades !== undefined) checkGivenTrades(bars, trades);
  return {
    instrument,
    bars,
    side,
    sent: new Map(Object.entries(sent)),
    ...(labels !== undefined && { labels }),
    ...(told !== undefined && { told }),
  };
}

export function packFold(output: FoldOutput): Promise<Buffer> {
  return pack({ output });
}

export function packFinish(output: TrainingOutput): Promise<Buffer> {
  return pack({ output });
}

export function packError(error: unknown): Promise<Buffer> {
  return pack({ error: toPlainError(error) });
}

/** @throws {DataError} for anything but the output or the error of a fold. */
export async function unpackFold(bytes: Uint8Array, maxBytes: number): Promise<PieceResult<FoldOutput>> {
  const result = await unpackResult<unknown>(bytes, maxBytes);
  return 'error' in result ? result : { output: checked(foldSchema, result.output) };
}

/** Reads a result without checking its output: the caller decodes the model bytes, which checks them. */
export async function unpackResult<T>(bytes: Uint8Array, maxBytes: number): Promise<PieceResult<T>> {
  const { output, error } = checked(resultSchema, await unpack(bytes, maxBytes));
  if (error !== undefined) return { error };
  return { output: output as T };
}

const resultSchema = z.strictObject({
  output: z.unknown().optional(),
  error: z
    .strictObject({
      name: z.string(),
      code: z.string().nullable(),
      message: z.string(),
      stack: z.string().nullable(),
    })
    .optional(),
});

function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data;
  const where = error.issues[0]?.path.join('.') ?? '';
  throw new DataError(
    'FILE_UNREADABLE',
    `data from the queue of trainings has another shape than expected${where && ` (${where})`}; run the same version everywhere`,
  );
}
