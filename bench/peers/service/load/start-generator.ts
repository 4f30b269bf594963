import { fork, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadJob, LoadReport, LoadResult } from './job.ts';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));
/** Arguments of chrt for a generator that does not wait for a service to leave the processor, as a sender on another machine would not. */
const REAL_TIME = ['-f', '1'] as const;

/** The process that sends the load. */
export interface LoadGenerator {
  /** Whether it runs with real-time priority, which not every machine allows. */
  readonly isRealTime: boolean;
  run(job: LoadJob): Promise<LoadResult>;
  close(): void;
}

export function startGenerator(): LoadGenerator {
  const isRealTime = spawnSync('chrt', [...REAL_TIME, 'true']).status === 0;
  const start = isRealTime ? { execPath: 'chrt', execArgv: [...REAL_TIME, process.execPath] } : {};
  const child = fork(GENERATOR, { stdio: 'inherit', ...start });
  return {
    isRealTime,
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the generator ended with ${code}`));
        child.once('exit', ended);
        child.once('message', (report: LoadReport) => {
          child.off('exit', ended);
          if (report.kind === 'done') resolve(report.result);
          else reject(new Error(report.message));
        });
        child.send(job);
      }),
    close: () => child.disconnect(),
  };
}
