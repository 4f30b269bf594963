import { EventEmitter } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import type { ServerContext } from '../server-options.ts';
import { Connections } from './connections.ts';
import { FrontDoor } from './front-door.ts';
import { TurnShare } from './turn-share.ts';

/** @param routeMs - what an answer takes: the default is more than all reads of one turn may take. */
function opened(turnShare = new TurnShare(), nowMs = () => performance.now(), routeMs = 5) {
  const metrics = { noteConnectionCut: () => undefined, noteProblem: () => undefined };
  const connections = new Connections({ maxConnections: 10, unreadBytes: 1e6 }, metrics);
  const context = {
    metrics,
    lag: { currentMs: 0 },
    turnShare,
    config: OrchestratorConfig(),
    connections,
  };
  const door = new FrontDoor(context as unknown as ServerContext, () => false, nowMs);
  const connect = (): Socket => {
    const socket = Object.assign(new EventEmitter(), {
      destroy: () => undefined,
      pause: () => undefined,
    }) as unknown as Socket;
    connections.accept(socket);
    return socket;
  };
  const first = connect();
  const routed: string[] = [];
  const route: RequestListener = ({ method, url }) => {
    routed.push(`${method} ${url}`);
    const endMs = performance.now() + routeMs;
    while (performance.now() < endMs);
  };
  const meet = (method: string, url: string, socket = first): ServerResponse => {
    const request = { method, url, socket, headers: {} } as unknown as IncomingMessage;
    const refused = { end: () => routed.push(`429 ${url}`) };
    const stub = { req: request, destroyed: false, writeHead: () => refused };
    const response = Object.assign(new EventEmitter(), stub) as unknown as ServerResponse;
    door.meet(request, response, route);
    return response;
  };
  return { meet, routed, connect };
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

test('while pages wait for their turn, four answers to reads may be in the making', () => {
  let nowMs = 0;
  const turnShare = new TurnShare(() => nowMs);
  const { meet, routed, connect } = opened(turnShare);
  turnShare.run(() => (nowMs += 5));
  turnShare.run(() => undefined);
  const open = [1, 2, 3, 4].map((n) => meet('GET', `/${n}`, connect()));
  meet('GET', '/5', connect()).emit('close');
  nowMs += 20;
  meet('GET', '/6', connect());
  expect(routed.slice(-3)).toEqual(['GET /4', 'GET /5', '429 /6']);
  open[0].emit('close');
  meet('GET', '/7', connect());
  expect(routed.at(-1)).toBe('GET /7');
});

test('reads that follow others of their connection are refused beyond their pace, and nothing else is', () => {
  let nowMs = 0;
  const { meet, routed, connect } = opened(new TurnShare(() => 0), () => nowMs, 0);
  meet('GET', '/first');
  /** Sends a read behind the first one, which is not answered, and is gone before the next. */
  const follow = (n: number): void => void meet('GET', `/${n}`).emit('close');
  for (let n = 1; n <= 501; n++) follow(n);
  expect(routed.slice(-2), 'a burst is answered').toEqual(['GET /500', '429 /501']);
  meet('POST', '/v1/signals').emit('close');
  meet('GET', '/other', connect());
  expect(routed.slice(-2)).toEqual(['POST /v1/signals', 'GET /other']);
  nowMs += 10;
  for (const n of [502, 503, 504]) follow(n);
  expect(routed.slice(-3), 'two hundred a second').toEqual(['GET /502', 'GET /503', '429 /504']);
});

test('of refusals that close their connection, seven are sent at once, and the next one waits', () => {
  const { meet, routed, connect } = opened(new TurnShare(), () => 0, 0);
  for (let n = 1; n <= 8; n++) {
    const socket = connect();
    for (let k = 0; k < 64; k++) meet('POST', '/v1/signals', socket);
    meet('POST', `/${n}`, socket);
  }
  expect(routed.filter((each) => each.startsWith('429'))).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `429 /${n}`));
});
