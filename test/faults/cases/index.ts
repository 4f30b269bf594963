import type { FaultCase } from '../harness/world.ts';
import { mixedAttack } from './attack.ts';
import { clockSteps } from './clock.ts';
import { killedAfter, killedBefore, peerKilled, randomHttpKills, randomStreamKills, sigterm } from './crash.ts';
import { oversizedEntries } from './entries.ts';
import { clusterFailover, clusterNames, sentinelFailover } from './failover.ts';
import { replacedBefore, replacedWhileRunning } from './files.ts';
import { pipelinedFloods, stalledReaders } from './floods.ts';
import { haltedAcrossKills } from './halted.ts';
import { forgedHeaders, hostileBodies, hostileStream, pathTraversal, webSockets } from './hostile.ts';
import { idConflict, outcomesStay, sameId } from './identity.ts';
import { journalLocked } from './locked.ts';
import { pubsub, redisForgets, redisKeeps, redisStopped } from './redis.ts';
import { retrainKills } from './retraining.ts';
import { failedStarts, queueRefuses, stopsWhileStarting } from './starts.ts';
import { bitFlips, diskFull, secondProcess, syncFails } from './storage.ts';
import { brokenTrainings } from './trainings.ts';
import { workerKills, workerStalls } from './workers.ts';

/** All cases by the kind of fault, in the order of the report. */
export const CASES: Readonly<Record<string, readonly FaultCase[]>> = {
  'The process dies': [
    randomHttpKills,
    randomStreamKills,
    killedBefore,
    killedAfter,
    peerKilled,
    sigterm,
    outcomesStay,
    haltedAcrossKills,
    retrainKills,
    brokenTrainings,
    workerKills,
    workerStalls,
  ],
  'It starts and stops': [failedStarts, stopsWhileStarting],
  'Redis goes away': [
    redisStopped,
    redisKeeps,
    redisForgets,
    pubsub,
    sentinelFailover,
    clusterFailover,
    clusterNames,
    queueRefuses,
  ],
  'The disk fails': [diskFull, syncFails, secondProcess, bitFlips, journalLocked, replacedBefore, replacedWhileRunning],
  'The clock is set': [clockSteps],
  'The same signal again': [sameId, idConflict],
  'Input that means harm': [hostileBodies, hostileStream, forgedHeaders, pathTraversal, webSockets, oversizedEntries],
  'Clients that take all they can': [stalledReaders, pipelinedFloods, mixedAttack],
};
