import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import type { ServerContext } from '../server-options.ts';
import { Connections } from './connections.ts';
import { FrontDoor } from './front-door.ts';

function opened() {
  const metrics = { noteConnectionCut: () => undefined, noteProblem: () => undefined };
  const connections = new Connections({ maxConnections: 10, unreadBytes: 1e6 }, metrics);
  const context = { metrics, lag: { currentMs: 0 }, config: OrchestratorConfig(), connections };
  const door = new FrontDoor(context as unknown as ServerContext, () => false);
  const socket = Object.assign(new EventEmitter(), { destroy: () => undefined }) as unknown as Socket;
  connections.accept(socket);
  const routed: string[] = [];
  /** Takes longer than all reads of one turn may take. */
  const route: RequestListener = ({ method, url }) => {
    routed.push(`${method} ${url}`);
    const endMs = performance.now() + 5;
    while (performance.now() < endMs);
  };
  const meet = (method: string, url: string): ServerResponse => {
    const request = { method, url, socket, headers: {} } as unknown as IncomingMessage;
    const response = Object.assign(new EventEmitter(), { req: request, destroyed: false }) as unknown as ServerResponse;
    door.meet(request, response, route);
    return response;
  };
  return { meet, routed };
}

test('of reads that one connection sends at once, those beyond their share of the turn wait, and a signal does not wait for them', async () => {
  const { meet, routed } = opened();
  for (const n of [1, 2, 3]) meet('GET', `/${n}`);
  meet('POST', '/v1/signals');
  expect(routed).toEqual(['GET /1', 'GET /2', 'POST /v1/signals']);
  await nextTurn();
  expect(routed).toEqual(['GET /1', 'GET /2', 'POST /v1/signals', 'GET /3']);
});

test('a read whose connection is gone when its turn comes is not made', async () => {
  const { meet, routed } = opened();
  for (const n of [1, 2]) meet('GET', `/${n}`);
  Object.assign(meet('GET', '/3'), { destroyed: true });
  await nextTurn();
  await nextTurn();
  expect(routed).toEqual(['GET /1', 'GET /2']);
});
