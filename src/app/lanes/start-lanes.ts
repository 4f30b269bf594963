import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import type { SignalLanes } from '../../inference/index.ts';
import type { Logger } from '../../ports/index.ts';
import { sourcesOf } from '../../trainer/index.ts';
import type { OwnParts } from '../../training/index.ts';
import { type CreateOptions, ownPartsOf } from '../create-orchestrator.ts';
import { ThreadLanes } from './thread-lanes.ts';

/** Options whose parts belong to the thread that made them, and what is lost by leaving them out. */
const BOUND = {
  sizer: 'a sizer that is handed in is a function of one thread',
  clock: 'a clock that is handed in cannot measure on another thread',
  decodeModel: 'models of a decoder that is handed in cannot go to another thread',
} as const satisfies Partial<Record<keyof CreateOptions, string>>;

/**
 * The lanes that the settings ask for; null for a single one, which is the thread of the service.
 *
 * @throws {ConditionError} for a part that was handed in and cannot be combined with lanes.
 */
export async function startLanes(
  config: OrchestratorConfig,
  options: CreateOptions,
  logger: Logger,
): Promise<SignalLanes | null> {
  const { lanes } = config.server;
  if (lanes === 1) return null;
  const own = judgingParts(options);
  checkCombined(lanes, options, own);
  return ThreadLanes.start(lanes, { config, own: sourcesOf(own) }, logger);
}

/** What judges, of the definitions of the caller: the labeler opens trades on the thread of the service. */
function judgingParts(options: CreateOptions): OwnParts {
  const { features, learner } = ownPartsOf(options);
  return { ...(features && { features }), ...(learner && { learner }) };
}

function checkCombined(lanes: number, options: CreateOptions, own: OwnParts): void {
  for (const [option, why] of Object.entries(BOUND)) {
    if (options[option as keyof typeof BOUND] !== undefined) refuse(lanes, why);
  }
  for (const [part, { source }] of Object.entries(own)) {
    if (source === null) {
      refuse(
        lanes,
        `${part} that are closures cannot go to another thread; name a module, or hand in await fromModule(…)`,
      );
    }
  }
}

function refuse(lanes: number, why: string): never {
  throw new ConditionError('server.lanes', `1 here: ${why}`, lanes);
}
