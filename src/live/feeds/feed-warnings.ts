import { printable } from '../../core/index.ts';
import type { FeedState } from '../../domain/index.ts';
import type { Logger } from '../../ports/index.ts';
import type { EventStream } from '../event-stream.ts';
import type { Feed, FeedMonitor } from './feed-monitor.ts';

/** Time between two looks at all feeds, milliseconds. */
const LOOK_MS = 1000;
/** Maximum number of lines for feeds that came to one state at once; more of them are counted in one line. */
const MAX_LINES = 3;

/** What the lines of several feeds begin with. */
const OF_MANY: Readonly<Record<FeedState, string>> = {
  ok: 'feeds are as they should be again',
  silent: 'feeds are silent, and signals of now stale',
  hole: 'feeds have a hole, and their signals are out of distribution',
  wrong_step: 'feeds have bars of another length than the model',
};

/** What a state means for signals, whose age is that of their own time. Bars of another length are refused where others of their series are held. */
const MEANS = {
  silent: 'a signal of now is not taken',
  hole: 'its signals are not taken',
  wrong_step: 'no signal is judged by them',
} as const;

export interface FeedWarningsOptions {
  readonly monitor: Pick<FeedMonitor, 'list'>;
  /** Whether a model serves. */
  readonly hasModel: () => boolean;
  readonly feed: EventStream;
  readonly logger: Logger;
}

/** Why nothing is noticed of feeds. */
const UNJUDGED = {
  withoutModel: 'no model serves',
  byModel: 'the model that serves does not state how their bars follow each other; one that is trained now does',
};

/** Logs and publishes every change of a feed's state, once. A feed is `ok` before its first look. */
export class FeedWarnings {
  readonly #options: FeedWarningsOptions;
  #states: ReadonlyMap<string, FeedState> = new Map();
  /** Why feeds are not judged, as it was said last; null where all are. */
  #unjudged: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: FeedWarningsOptions) {
    this.#options = options;
  }

  /** Looks every second from now on; what waits for nothing else ends in spite of it. */
  start(): void {
    this.#timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Compares every feed with the last look. */
  look(): void {
    const feeds = this.#options.monitor.list();
    const changed = feeds.filter((feed) => (this.#states.get(nameOf(feed)) ?? 'ok') !== feed.state);
    this.#states = new Map(feeds.map((feed) => [nameOf(feed), feed.state]));
    this.#logUnjudged(feeds.filter(({ judged }) => !judged));
    for (const [state, group] of Map.groupBy(changed, (feed) => feed.state)) this.#log(state, group);
    for (const { instrumentId, barType, state, reason } of changed) {
      const series = { instrument_id: instrumentId, bar_type: barType };
      this.#options.feed.publishState({ what: 'feed', ...series, state, reason });
    }
  }

  #logUnjudged(feeds: readonly Feed[]): void {
    const { hasModel, logger } = this.#options;
    const before = this.#unjudged;
    this.#unjudged = feeds.length === 0 ? null : UNJUDGED[hasModel() ? 'byModel' : 'withoutModel'];
    if (this.#unjudged === null || this.#unjudged === before) return;
    logger.warn(`feeds are not judged, only their age is shown: ${namesOf(feeds)}; ${this.#unjudged}`);
  }

  #log(state: FeedState, feeds: readonly Feed[]): void {
    const { logger } = this.#options;
    const lines = feeds.length <= MAX_LINES ? feeds.map(lineOf) : [lineOfMany(state, feeds)];
    for (const line of lines) {
      if (state === 'ok') logger.info(line);
      else logger.warn(line);
    }
  }
}

function nameOf({ instrumentId, barType }: Feed): string {
  return barType === null ? instrumentId : `${instrumentId} (${barType})`;
}

function lineOf(feed: Feed): string {
  const name = printable(nameOf(feed));
  return feed.state === 'ok'
    ? `feed ${name} is as it should be again`
    : `feed ${name}: ${feed.reason ?? feed.state}; ${MEANS[feed.state]}`;
}

function lineOfMany(state: FeedState, feeds: readonly Feed[]): string {
  return `${feeds.length} ${OF_MANY[state]}: ${namesOf(feeds)}`;
}

/** The first names, and how many others there are. */
function namesOf(feeds: readonly Feed[]): string {
  const names = feeds.slice(0, MAX_LINES).map((feed) => printable(nameOf(feed)));
  const nOthers = feeds.length - names.length;
  return nOthers === 0 ? names.join(', ') : `${names.join(', ')} and ${nOthers} more`;
}
