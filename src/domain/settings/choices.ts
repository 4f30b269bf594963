export const CLASS_WEIGHTS = ['none', 'balanced'] as const;
/** How the classes are weighted in training; `balanced` gives both the same total weight, which distorts probabilities. */
export type ClassWeight = (typeof CLASS_WEIGHTS)[number];

export const FOLD_WINDOWS = ['expanding', 'rolling'] as const;
/** What a fold trains on: all events before it, or the latest of them. */
export type FoldWindow = (typeof FOLD_WINDOWS)[number];

export const BAR_STAMPS = ['close', 'open'] as const;
/** Which end of a bar its time stands for. */
export type BarStamp = (typeof BAR_STAMPS)[number];

export const DURABILITIES = ['process', 'power'] as const;
/** What a written record survives: the end of the process, or also the loss of power. */
export type Durability = (typeof DURABILITIES)[number];

export const TRAINER_KINDS = ['threads', 'bullmq'] as const;
/** Where trainings run: on threads of this process, or on `ml4t worker` processes, over Redis. */
export type TrainerKind = (typeof TRAINER_KINDS)[number];

export const BUS_CODECS = ['ml4t', 'nautilus-v1', 'nautilus-v2'] as const;
/** How messages look on Redis: the program's own JSON, or the classes of a NautilusTrader generation. */
export type BusCodecName = (typeof BUS_CODECS)[number];

export const BUS_ENCODINGS = ['json', 'msgpack'] as const;
/** How a Nautilus codec writes payloads as bytes. */
export type BusEncoding = (typeof BUS_ENCODINGS)[number];
