import { ConditionError, checkKnownKeys } from '../../core/index.ts';

/** Every option of this room, and the methods that a part handed in there must have; none where it is checked elsewhere. */
export const OPTION_METHODS = {
  bus: ['start', 'onStatus', 'stop'],
  clock: ['monotonicNs'],
  codec: ['decode', 'encodeAnswer'],
  decodeModel: [],
  features: [],
  isModelNamed: [],
  journal: [
    'append',
    'findSignal',
    'signalIds',
    'readBars',
    'history',
    'findSettings',
    'triggers',
    'recover',
    'onStatus',
    'close',
  ],
  labeler: [],
  learner: [],
  logger: ['info', 'warn'],
  modelColumns: [],
  modelStore: ['read', 'write', 'checkWritable'],
  registry: [
    'list',
    'read',
    'manifest',
    'add',
    'champion',
    'setChampion',
    'history',
    'quarantineOf',
    'quarantine',
    'shadow',
    'setShadow',
    'prune',
  ],
  sizer: ['size'],
  trainer: ['train', 'close'],
  training: [],
  workers: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * Checks what a caller hands in before anything is opened, because a part without its methods would fail only when it is used.
 *
 * @throws {ConditionError} for an option that nobody reads, with the nearest one, and for a part without one of its methods.
 */
export function checkOptions(options: object): void {
  checkKnownKeys(options, Object.keys(OPTION_METHODS), 'a known option');
  for (const [option, part] of Object.entries(options) as [keyof typeof OPTION_METHODS, unknown][]) {
    if (part === undefined || (part === null && option === 'bus')) continue;
    for (const method of OPTION_METHODS[option]) {
      const found = (part as Readonly<Record<string, unknown>> | null)?.[method];
      if (typeof found !== 'function') throw new ConditionError(`${option}.${method}`, 'a function', found);
    }
  }
}
