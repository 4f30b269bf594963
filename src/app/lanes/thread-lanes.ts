import { MismatchError } from '../../core/index.ts';
import type { SignalEvent } from '../../domain/index.ts';
import type { JudgingState, LaneAnswer, LaneCounts, SignalLanes } from '../../inference/index.ts';
import type { Logger } from '../../ports/index.ts';
import { type LaneEnd, LaneLink, type LaneQuestion } from './lane-link.ts';
import type { LaneThreadData } from './lane-messages.ts';
import { LANE_PATIENCE, type LanePatience } from './lane-progress.ts';

/**
 * Lanes on worker threads of this process. A lane that dies leaves its instruments to the caller's thread; one that hangs in a signal is
 * ended and started anew, and that signal is refused: on the caller's thread it would stop everything.
 */
export class ThreadLanes implements SignalLanes {
  readonly #links: LaneLink[];
  readonly #data: LaneThreadData;
  readonly #logger: Logger;
  readonly #patience: LanePatience;
  #isClosed = false;

  private constructor(n: number, data: LaneThreadData, logger: Logger, patience: LanePatience) {
    this.#data = data;
    this.#logger = logger;
    this.#patience = patience;
    this.#links = Array.from({ length: n }, (_, i) => this.#newLink(i));
  }

  /** @returns lanes that can judge. @throws {Error} when a thread does not start, or cannot load a definition of the caller. */
  static async start(n: number, data: LaneThreadData, logger: Logger, patience = LANE_PATIENCE): Promise<ThreadLanes> {
    const lanes = new ThreadLanes(n, data, logger, patience);
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
    const link = this.#links[laneOf(event.instrumentId, this.#links.length)];
    return new Promise((answer, refuse) => link.ask({ event, lacksBar, state, answer, refuse }));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#links.map((link) => link.close()));
  }

  #newLink(i: number): LaneLink {
    return new LaneLink(this.#data, this.#patience, {
      onEnd: (end) => this.#end(i, end),
      onUnable: (error) => this.#noteUnable(i, error),
    });
  }

  #end(i: number, { reason, stuck, left }: LaneEnd): void {
    if (stuck === null) this.#noteDeath(i, reason);
    else this.#startAnew(i, stuck);
    for (const question of left) this.#links[i].ask(question);
  }

  #startAnew(i: number, { event, refuse }: LaneQuestion): void {
    const { tickMs, ticks } = this.#patience;
    const during = `${(tickMs * ticks) / 1000} s`;
    this.#logger.warn(
      `signal ${event.signalId} of ${event.instrumentId} kept the thread of lane ${i + 1} of ${this.#links.length} for ${during} ` +
        'without an answer; it is refused, and the lane is started anew',
    );
    refuse(new MismatchError('bars', 'such that features and model come to an end', `no answer for ${during}`));
    if (!this.#isClosed) this.#links[i] = this.#newLink(i);
  }

  #noteUnable(i: number, { message }: Error): void {
    this.#logger.warn(
      `lane ${i + 1} of ${this.#links.length} cannot make the model that serves, so its instruments are judged on the main thread until ` +
        `another one does: ${message}`,
    );
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
