import { WINDOW_BARS } from '../domain/index.ts';

/** How many bars of an instrument a model reads, besides those of the event's own. */
export interface ContextInput {
  /** Common step of its bars, ns, > 0. */
  readonly stepNs: bigint;
  /** Number of its bars up to the event, >= 1. */
  readonly barsNeeded: number;
}

/** How many bars a model reads. */
export interface ModelInputs {
  /** Number of the event's own bars, its own included, >= W. */
  readonly barsNeeded: number;
  /** By the id of the context instrument; empty without any. */
  readonly context: Readonly<Record<string, ContextInput>>;
}

/** Inputs of a model that looks at a window of the event's own bars and nothing else. */
export const WINDOW_ALONE: ModelInputs = Object.freeze({ barsNeeded: WINDOW_BARS, context: Object.freeze({}) });
