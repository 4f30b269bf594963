import { fileURLToPath } from 'node:url';
import type { NautilusFields } from '../../../src/domain/index.ts';
import { Child } from '../../faults/harness/child.ts';
import { until } from '../../support/until.ts';
import { type NautilusVersion, nautilusPython } from '../versions.ts';

/** What a node does; the settings of its bus are those of docs/nautilus.md. */
export interface NodePlan {
  readonly redisPort: number;
  readonly encoding: 'json' | 'msgpack';
  /** Which classes it has. */
  readonly fields: NautilusFields;
  /** Whether it writes a stream for each topic, whose names begin with that of its own stream. */
  readonly isPerTopic: boolean;
  /** Its own stream, and that of the answers. */
  readonly signals: string;
  readonly enriched: string;
  /** Bar types that it subscribes to, and those at whose bars it publishes signals. */
  readonly barTypes: readonly string[];
  readonly judged: readonly string[];
  /** By how much the signals of a bar type are later than its bars, nanoseconds; 0 where none is said. */
  readonly laterNs?: Readonly<Record<string, bigint>>;
  /** Whether its signals have a `bar_type`. */
  readonly namesBarType: boolean;
  /** Close time of the first bar that it publishes a signal at, UNIX nanoseconds. */
  readonly firstSignalTs: bigint;
  /** Time that its handler works after it has published, milliseconds. */
  readonly workMs: number;
}

/** What a node writes. Times are of its monotonic clock, nanoseconds. */
export type NodeEvent =
  | { readonly event: 'ready'; readonly at: number }
  /** The handler of a bar ended; its bar is written to Redis after that. */
  | { readonly event: 'sent'; readonly at: number; readonly ts_event: string }
  | { readonly event: 'answer'; readonly at: number; readonly answer: ReceivedAnswer };

/** An answer as the strategy has it in `on_data`. */
export type ReceivedAnswer = Readonly<Record<string, unknown>> & {
  readonly signal_id: string;
  readonly ts_event: string;
  readonly answer_hash: string;
  readonly source: string;
  readonly reason: string;
  readonly late: boolean;
};

/** A running node of NautilusTrader whose feed the test writes. */
export class NautilusNode {
  readonly #child: Child;
  #nRead = 0;
  readonly events: NodeEvent[] = [];

  private constructor(child: Child) {
    this.#child = child;
  }

  /** Starts a node and waits until its strategy has subscribed. @param version - one that is installed. */
  static async start({ version, generation }: NautilusVersion, plan: NodePlan): Promise<NautilusNode> {
    const python = nautilusPython(version);
    if (python === null) throw new Error(`NautilusTrader ${version} is not installed: npm run test:nautilus`);
    const script = fileURLToPath(new URL(`../nodes/node_${generation}x.py`, import.meta.url));
    const words = {
      generation,
      redis_port: plan.redisPort,
      encoding: plan.encoding,
      fields: plan.fields,
      is_per_topic: plan.isPerTopic,
      signals: plan.signals,
      enriched: plan.enriched,
      bar_types: plan.barTypes,
      judged: plan.judged,
      later_ns: Object.fromEntries(Object.entries(plan.laterNs ?? {}).map(([type, ns]) => [type, String(ns)])),
      names_bar_type: plan.namesBarType,
      first_signal_ts: String(plan.firstSignalTs),
      work_ms: plan.workMs,
    };
    const env = { PYTHONDONTWRITEBYTECODE: '1' };
    const node = new NautilusNode(new Child(python, [script, JSON.stringify(words)], env, 'pipe'));
    await node.until(() => node.read().some(({ event }) => event === 'ready'), `the node of ${version} is ready`);
    return node;
  }

  /** What it has written since its start. */
  read(): readonly NodeEvent[] {
    const { stdout } = this.#child;
    for (let end = stdout.indexOf('\n', this.#nRead); end !== -1; end = stdout.indexOf('\n', this.#nRead)) {
      const line = stdout.slice(this.#nRead, end);
      if (line.startsWith('{')) this.events.push(JSON.parse(line) as NodeEvent);
      this.#nRead = end + 1;
    }
    return this.events;
  }

  /** The answers that its strategy has received, in their order. */
  get answers(): readonly ReceivedAnswer[] {
    return this.read().flatMap((event) => (event.event === 'answer' ? [event.answer] : []));
  }

  /** Gives its feed bars. @param lines - of `barLine`. */
  feed(lines: string): void {
    this.#child.write(lines);
  }

  /** Waits for a condition. @throws with what it wrote to stderr where it ends before. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const said = (): string => `${what}: ${this.#child.stderr.slice(-2000)} ${this.#child.stdout.slice(-2000)}`;
    await until(() => condition() || this.#child.ending !== null, said);
    if (!condition()) throw new Error(`the node ended before ${said()}`);
  }

  /** Ends it at once: a node that is asked to waits for seconds. */
  async kill(): Promise<void> {
    this.#child.signal('SIGKILL');
    await this.#child.ended;
  }
}
