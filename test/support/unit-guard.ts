import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Server, Socket } from 'node:net';

// A test of the lane `unit` starts no process and opens no port: it would be slow, and fail where those are not to be had.

/** @throws {Error} always: what was tried belongs to another lane. */
function refuse(what: string): never {
  throw new Error(`a test of the lane unit ${what}; name it *.e2e.test.ts, *.redis.test.ts or *.browser.test.ts`);
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const) {
  Object.assign(childProcess, { [name]: () => refuse(`starts a process (${name})`) });
}
syncBuiltinESMExports();
Server.prototype.listen = () => refuse('listens on a port');
Socket.prototype.connect = () => refuse('opens a connection');
