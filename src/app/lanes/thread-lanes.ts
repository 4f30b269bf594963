import type { SignalEvent } from '../../domain/index.ts';
import type { JudgingState, LaneAnswer, LaneCounts, SignalLanes } from '../../inference/index.ts';
import type { Logger } from '../../ports/index.ts';
import { LaneLink } from './lane-link.ts';
import type { LaneThreadData } from './lane-messages.ts';

/** Lanes on worker threads of this process. A lane that dies leaves its instruments to the caller's thread. */
export class ThreadLanes implements SignalLanes {
  readonly #links: readonly LaneLink[];
  readonly #logger: Logger;

  private constructor(n: number, data: LaneThreadData, logger: Logger) {
    this.#logger = logger;
    this.#links = Array.from({ length: n }, (_, i) => new LaneLink(data, (reason) => this.#noteDeath(i, reason)));
  }

  /** @returns lanes that can judge. @throws {Error} when a thread does not start, or cannot load a definition of the caller. */
  static async start(n: number, data: LaneThreadData, logger: Logger): Promise<ThreadLanes> {
    const lanes = new ThreadLanes(n, data, logger);
    try {
      await Promise.all(lanes.#links.map(({ ready }) => ready));
    } catch (error) {
      await lanes.close();
      throw error;
    }
    for (const link of lanes.#links) link.unref();
    return lanes;
  }

  get counts(): LaneCounts {
    const running = this.#links.filter(({ isRunning }) => isRunning).length;
    return { configured: this.#links.length, running };
  }

  judge(event: SignalEvent, lacksBar: boolean, state: JudgingState): Promise<LaneAnswer | null> {
    return this.#links[laneOf(event.instrumentId, this.#links.length)].judge(event, lacksBar, state);
  }

  async close(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.close()));
  }

  #noteDeath(i: number, reason: string): void {
    const { configured, running } = this.counts;
    this.#logger.warn(
      `the thread of lane ${i + 1} of ${configured} died (${reason}); its instruments are judged on the main thread until the ` +
        `service is restarted, ${running} ${running === 1 ? 'lane is' : 'lanes are'} left`,
    );
  }
}

/** The lane of an instrument, in [0, n): the same in every process. @see Fowler, Noll, Vo: FNV-1a, 32 bits. */
export function laneOf(instrumentId: string, n: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < instrumentId.length; i++) hash = Math.imul(hash ^ instrumentId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % n;
}
