import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Windows } from './report.ts';
import type { Heat, WindowRequest } from './windows.ts';

/** Times of the calls of one process. */
export type CallTimes = Readonly<Record<Heat, Windows>>;

export const N_WINDOWS = 15;
/** Calls of a window. */
export const N_CALLS = { hot: 20_000, cold: 100 } as const;
const N_WARM_UPS = 8;
const ABOVE_NORMAL = -10;

/**
 * Times the same call in several processes, a window of each in turn.
 *
 * @param script - file in this folder. @param args - arguments of it, one list for each process.
 */
export async function timeInTurn(script: string, args: readonly (readonly string[])[]): Promise<CallTimes[]> {
  const running: ChildProcess[] = [];
  try {
    for (const own of args) running.push(await start(script, own));
    const times = running.map(() => ({ hot: [] as number[][], cold: [] as number[][] }));
    for (let window = 0; window < N_WINDOWS; window++) {
      for (const [i, child] of running.entries()) {
        times[i].hot.push(await ask(child, 'hot', N_CALLS.hot));
        times[i].cold.push(await ask(child, 'cold', N_CALLS.cold));
      }
    }
    return times;
  } finally {
    for (const child of running) child.disconnect();
  }
}

/** Starts a process and has it call until its code is compiled, cold calls too. */
async function start(script: string, args: readonly string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args);
  child.once('exit', (code) => {
    if (code !== 0) process.exit(1); // it said why
  });
  raisePriority(child);
  await once(child, 'message');
  for (let k = 0; k < N_WARM_UPS; k++) {
    await ask(child, 'hot', N_CALLS.hot);
    await ask(child, 'cold', N_CALLS.cold);
  }
  return child;
}

/** Only root may raise it; without it others on the machine are in the times as well. */
function raisePriority({ pid }: ChildProcess): void {
  if (pid !== undefined && process.getuid?.() === 0) setPriority(pid, ABOVE_NORMAL);
}

async function ask(child: ChildProcess, heat: Heat, nCalls: number): Promise<number[]> {
  const request: WindowRequest = { heat, nCalls };
  child.send(request);
  const [times] = await once(child, 'message');
  return times;
}
