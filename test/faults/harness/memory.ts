import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from './service.ts';
import type { World } from './world.ts';

const MB = 2 ** 20;
const SAMPLE_MS = 100;
/** Maximum resident memory of a service under any attack, as docs/security.md promises, MB. */
const MAX_RSS_MB = 600;

/** Resident memory of a service around something that was done to it, MB. */
export interface MemoryOf {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

async function rssMb(service: Service): Promise<number> {
  return ((await service.rss()) ?? 0) / MB;
}

/** Watches the memory of a service while `work` runs; adds a violation when it passes what is promised. */
export async function memoryDuring(world: World, service: Service, work: () => Promise<unknown>): Promise<MemoryOf> {
  const before = await rssMb(service);
  let most = before;
  const look = async (): Promise<void> => {
    most = Math.max(most, await rssMb(service).catch(() => 0));
  };
  const sampling = setInterval(look, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(sampling);
  }
  await look();
  await delay(SAMPLE_MS);
  const memory = { before, most, after: await rssMb(service) };
  world.expect(most <= MAX_RSS_MB, `memory: ${Math.round(most)} MB resident, more than ${MAX_RSS_MB}`);
  return memory;
}

/** `memory 210 → 340 MB at most → 300 MB`. */
export function showMemory({ before, most, after }: MemoryOf): string {
  return `memory ${Math.round(before)} → ${Math.round(most)} MB at most → ${Math.round(after)} MB`;
}
