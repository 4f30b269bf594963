import type * as wire from '../../src/wire/index.ts';

// What the service sends, by the schemas of the wire.

/** A message as `JSON.parse` gives it: integers of 64 bits become doubles, whose last digits are lost; here they only place points. */
type AsParsed<T> = T extends bigint
  ? number
  : T extends readonly (infer Item)[]
    ? readonly AsParsed<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: AsParsed<T[K]> }
      : T;

/** One signal as `GET /v1/signals` lists it. */
export type Shown = AsParsed<wire.RecentSignalsAnswer['signals'][number]>;
/** The answer to one signal, as the stream, a list or its detail tells it. */
export type Answer = Omit<Shown['enriched'], 'latency_ns' | 'late' | 'duplicate'>;
export type Barriers = NonNullable<Shown['barriers']>;
export type Bars = AsParsed<wire.AnswerBars>;
export type Model = AsParsed<wire.WireModel>;
/** One signal as `GET /v1/signals/{signal_id}` tells it. */
export type Detail = AsParsed<wire.SignalDetail>;
/** How a feature lay in training: the edges between its deciles, the share of rows in each, and what is far outside. */
export type Profile = NonNullable<Detail['profiles']>[string];
/** Whether the serving model may be believed, as `GET /v1/trust` tells it. */
export type TrustReport = AsParsed<wire.WireTrust>;
export type PromiseFigures = NonNullable<TrustReport['figures']>;
export type PromiseGroup = PromiseFigures['taken'];
/** A mean with its interval. */
export type Banded = PromiseGroup['realised_r'];
export type Descendant = TrustReport['models'][number];
export type FeatureShift = NonNullable<TrustReport['features']>[number];
export type Trigger = AsParsed<wire.WireTriggers['triggers'][number]>;
export type Status = AsParsed<wire.Status>;
/** The sequential detector of decay with its path. */
export type Detector = NonNullable<AsParsed<wire.WireDetectorPath>['detector']>;
/** One series of bars, and what a signal of now would meet. */
export type Feed = Status['feeds'][number];
/** The model that serves, and what it may claim. */
export type ServingModel = NonNullable<Status['serving']>;
export type Retrain = NonNullable<Status['retrain']>;
export type RetrainProgress = NonNullable<Retrain['progress']>;
export type Decile = Status['outcomes']['deciles'][number];
/** One message of the stream. */
export type StreamEvent = AsParsed<wire.StreamEvent>;
/** The first message of a connection. */
export type StreamHello = AsParsed<wire.StreamHello>;
export type Outcome = NonNullable<Shown['outcome']>;
/** Bars of one instrument that were added, revised or late. */
export type BarsEvent = Extract<StreamEvent, { readonly type: 'bars' }>;
