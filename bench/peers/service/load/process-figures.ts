import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** Fields of `/proc/PID/stat` after the name, which may hold anything; null for a process that has ended. */
function statOf(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

/** A process and all that it started, and they in turn. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    if (stat !== null) parents.set(Number(name), Number(stat[1]));
  }
  const tree = [pid];
  for (const parent of tree) for (const [child, of] of parents) if (of === parent) tree.push(child);
  return tree;
}

/** Processor time of all threads of the processes, seconds. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid);
    return sum + (stat === null ? 0 : (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND);
  }, 0);
}

/** Processor time of all programs on the machine, without interrupts, seconds. */
export function machineSeconds(): number {
  const [, user, nice, system] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/ +/).map(Number);
  return (user + nice + system) / TICKS_PER_SECOND;
}

/** Resident memory of the processes, MB; what two of them share counts in each. */
export function rssMbOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    if (statOf(pid) === null) return sum;
    return sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  }, 0);
}
