import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** The commands that a Redis server is sent from now on, whoever sends them. */
export interface RedisCommands {
  /** Each with its words, the name first; grows. */
  readonly seen: readonly (readonly string[])[];
  close(): void;
}

/**
 * Asks a server for its commands by MONITOR. Over a plain socket, because ioredis takes the first lines for answers to commands of
 * its own when they come at once, and ends with "Command queue state error".
 */
export async function redisCommands(port: number): Promise<RedisCommands> {
  const socket = connect({ port, host: '127.0.0.1' });
  const lines = createInterface({ input: socket });
  const seen: string[][] = [];
  const isReady = once(lines, 'line'); // "+OK", which has no words
  lines.on('line', (line) => seen.push(wordsOf(line)));
  socket.write('MONITOR\r\n');
  await isReady;
  return { seen, close: () => socket.destroy() };
}

/** The words of a line such as `+1795891392.73 [0 127.0.0.1:43366] "set" "a" "1"`. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => word.replace(/\\(.)/g, '$1'));
}
