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
  silent: 'feeds are silent, and their signals stale',
  hole: 'feeds have a hole, and their signals are out of distribution',
  wrong_step: 'feeds have bars of another length than the model',
};

export interface FeedWarningsOptions {
  readonly monitor: Pick<FeedMonitor, 'list'>;
  readonly feed: EventStream;
  readonly logger: Logger;
}

/** Logs and publishes every change of a feed's state, once. A feed is `ok` before its first look. */
export class FeedWarnings {
  readonly #options: FeedWarningsOptions;
  #states: ReadonlyMap<string, FeedState> = new Map();
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
    for (const [state, group] of Map.groupBy(changed, (feed) => feed.state)) this.#log(state, group);
    for (const { instrumentId, barType, state, reason } of changed) {
      const series = { instrument_id: instrumentId, bar_type: barType };
      this.#options.feed.publishState({ what: 'feed', ...series, state, reason });
    }
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
    : `feed ${name}: ${feed.reason ?? feed.state}; its signals are not taken`;
}

function lineOfMany(state: FeedState, feeds: readonly Feed[]): string {
  const names = feeds.slice(0, MAX_LINES).map((feed) => printable(nameOf(feed)));
  return `${feeds.length} ${OF_MANY[state]}: ${names.join(', ')} and ${feeds.length - MAX_LINES} more`;
}
