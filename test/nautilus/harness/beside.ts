import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RedisServer } from '../../faults/harness/redis-server.ts';
import { Service } from '../../faults/harness/service.ts';
import { modelOfMinutes } from '../../support/played-feed.ts';
import type { NautilusVersion } from '../versions.ts';
import { NautilusNode, type NodePlan } from './nautilus-node.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

/** The streams of docs/nautilus.md. */
export const STREAMS = { signals: 'nautilus:signals', enriched: 'nautilus:enriched_signals' } as const;

/** What is proven of a model changes while it serves; under this it has no say, so that answers can be compared. */
export const SAME_SETTING = 'sizing.trust=expected';

export interface BesideOptions {
  readonly encoding?: 'json' | 'msgpack';
  readonly fields?: 'classic' | 'full';
  /** The bar type that is read, where the node writes a stream for each topic; absent where it writes one for all. */
  readonly barTypePerTopic?: string;
  /** Further settings of the service, as `name=value`. */
  readonly set?: readonly string[];
  /** Whether Redis has what was in it after a restart. */
  readonly keepsData?: boolean;
}

/** A Redis server and a built `ml4t serve` for a node of one version, each of which can be ended and started again. */
export class BesideNode {
  readonly version: NautilusVersion;
  readonly root: string;
  /** File of the model that serves. */
  readonly model: string;
  readonly redis: RedisServer;
  readonly service: Service;
  readonly #options: Required<Pick<BesideOptions, 'encoding' | 'fields'>> & Pick<NodePlan, 'isPerTopic' | 'signals'>;
  readonly #nodes: NautilusNode[] = [];

  private constructor(version: NautilusVersion, root: string, redis: RedisServer, options: BesideOptions) {
    const { encoding = 'json', fields = 'full', barTypePerTopic, set = [] } = options;
    const isPerTopic = barTypePerTopic !== undefined;
    // The topic of a class ends with an asterisk in 1.x, which is part of the key.
    const signals = isPerTopic ? `nautilus:data.TradeSignal${version.generation === 1 ? '*' : ''}` : STREAMS.signals;
    this.version = version;
    this.root = root;
    this.redis = redis;
    this.#options = { encoding, fields, isPerTopic, signals: isPerTopic ? 'nautilus' : signals };
    this.model = join(root, 'model.onnx');
    writeFileSync(this.model, modelOfMinutes());
    const settings = [
      `redis_channel_signals=${signals}`,
      `redis_channel_bars=${isPerTopic ? `nautilus:data.bars.${barTypePerTopic}` : signals}`,
      `redis_channel_enriched=${STREAMS.enriched}`,
      `redis.codec=nautilus-v${version.generation}`,
      `redis.encoding=${encoding}`,
      `redis.nautilus_fields=${fields}`,
      SAME_SETTING,
    ];
    this.service = new Service({
      main: MAIN,
      dataDir: join(root, 'data'),
      redisUrl: redis.url,
      model: this.model,
      set: [...settings, ...set],
    });
  }

  /** Starts Redis and the service. */
  static async start(version: NautilusVersion, options: BesideOptions = {}): Promise<BesideNode> {
    const root = mkdtempSync(join(tmpdir(), 'ml4t-nautilus-'));
    mkdirSync(join(root, 'data'));
    const redis = await RedisServer.start(join(root, 'redis'), options.keepsData ?? false);
    const beside = new BesideNode(version, root, redis, options);
    await beside.service.start();
    return beside;
  }

  /** Starts a node. */
  async node(plan: Pick<NodePlan, 'barTypes' | 'judged' | 'firstSignalTs'> & Partial<NodePlan>): Promise<NautilusNode> {
    const usual = { ...STREAMS, ...this.#options, redisPort: this.redis.port, namesBarType: false, workMs: 10 };
    const node = await NautilusNode.start(this.version, { ...usual, ...plan });
    this.#nodes.push(node);
    return node;
  }

  /** The body of `GET /v1/status`. */
  async status(): Promise<Readonly<Record<string, unknown>>> {
    return JSON.parse((await this.service.get('/v1/status')).text) as Readonly<Record<string, unknown>>;
  }

  async end(): Promise<void> {
    for (const node of this.#nodes) await node.kill();
    await this.service.stop();
    await this.redis.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}
