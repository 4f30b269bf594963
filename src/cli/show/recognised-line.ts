import type { BarReport } from '../../bars/index.ts';

/** What was recognised in the files that were read, in one line. */
export function recognisedLine({ files, recognised, timeUnit }: BarReport): string {
  const what = files.length === 1 ? files[0] : `${files[0]} and ${files.length - 1} more`;
  const times = timeUnit === 'iso-8601' || timeUnit === 'timestamp' ? 'written times' : `times in ${timeUnit}`;
  return `${what}: ${[...recognised, timeUnit === 'mixed' ? 'times in several units' : times].join('; ')}`;
}
