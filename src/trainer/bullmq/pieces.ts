import { z } from 'zod';
import { configToRecord, parseConfig } from '../../config/index.ts';
import { DataError } from '../../core/index.ts';
import { BarSeries } from '../../domain/index.ts';
import { type PlainError, toPlainError } from '../../runtime/index.ts';
import type { InstrumentBars, TrainingOutput, TrainingRequest } from '../../training/index.ts';
import { pack, unpack } from './packed.ts';

/** One piece of a training, as the queue has it: a fold of the walk-forward, or everything after the folds. */
export const pieceSchema = z.strictObject({
  training: z.uuid(),
  /** Name of the training set. */
  data: z.string().regex(/^[0-9a-f]{64}$/),
  /** Index of the fold; null for the piece that comes after the folds. */
  fold: z.int().min(0).max(1000).nullable(),
  nFolds: z.int().min(1).max(1000),
});
export type Piece = z.output<typeof pieceSchema>;

/** Id of the job of a piece. */
export function jobIdOf(training: string, fold: number | null): string {
  return fold === null ? training : `${training}-${fold}`;
}

const arrayOf = <T>(arrayClass: new (length: number) => T) => z.custom<T>((value) => value instanceof arrayClass);
const price = arrayOf(Float64Array);
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
  }),
  side: arrayOf(Int8Array).nullable(),
});
const requestSchema = z.strictObject({
  instruments: z.array(instrumentSchema),
  config: z.record(z.string(), z.unknown()),
});

/** Output of a fold: the forest's probabilities of its events, and how long it took, milliseconds. */
export interface FoldOutput {
  readonly raw: Float64Array;
  readonly ms: number;
}
const foldSchema = z.strictObject({ raw: arrayOf(Float64Array), ms: z.number() });

export type PieceResult<T> = { readonly output: T } | { readonly error: PlainError };

/** Packs a training set. Settings of this machine, such as the address of Redis with its password, are left out. */
export function packRequest({ instruments, config }: TrainingRequest): Promise<Buffer> {
  const columns = instruments.map(({ instrument, bars, side }) => {
    const { tsEvent, open, high, low, close, volume, takerBuyVolume } = bars;
    return { instrument, bars: { tsEvent, open, high, low, close, volume, takerBuyVolume }, side };
  });
  const { redis: _address, server: _service, journal: _files, ...settings } = configToRecord(config);
  return pack({ instruments: columns, config: settings });
}

/** @throws {DataError | ConditionError} for anything but a training set whose bars and settings keep the rules. */
export async function unpackRequest(bytes: Uint8Array, maxBytes: number): Promise<TrainingRequest> {
  const { instruments, config } = checked(requestSchema, await unpack(bytes, maxBytes));
  return { instruments: instruments.map(toInstrumentBars), config: parseConfig(config) };
}

/** Another machine sent the bars, so they are checked here, once for all pieces of the training set. */
function toInstrumentBars({ instrument, bars: columns, side }: z.output<typeof instrumentSchema>): InstrumentBars {
  const bars = BarSeries.fromColumns(columns);
  const fits = side === null || (side.length === bars.length && side.every((each) => Math.abs(each) <= 1));
  if (!fits) throw new DataError('FILE_UNREADABLE', 'the signals of a training set are not one a bar, -1, 0 or 1');
  return { instrument, bars, side };
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
