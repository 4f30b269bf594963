import type { FaultCase } from '../harness/world.ts';
import { killedAfter, killedBefore, peerKilled, randomHttpKills, randomStreamKills, sigterm } from './crash.ts';
import { clusterFailover, clusterNames, sentinelFailover } from './failover.ts';
import { forgedHeaders, hostileBodies, hostileStream, pathTraversal, webSockets } from './hostile.ts';
import { idConflict, outcomesStay, sameId } from './identity.ts';
import { pubsub, redisForgets, redisKeeps, redisStopped } from './redis.ts';
import { retrainKills } from './retraining.ts';
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
    retrainKills,
    brokenTrainings,
    workerKills,
    workerStalls,
  ],
  'Redis goes away': [redisStopped, redisKeeps, redisForgets, pubsub, sentinelFailover, clusterFailover, clusterNames],
  'The disk fails': [diskFull, syncFails, secondProcess, bitFlips],
  'The same signal again': [sameId, idConflict],
  'Input that means harm': [hostileBodies, hostileStream, forgedHeaders, pathTraversal, webSockets],
};
