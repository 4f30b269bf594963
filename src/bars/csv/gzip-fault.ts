import { systemFault } from '../../runtime/index.ts';

const REASONS: Readonly<Record<string, string>> = {
  Z_BUF_ERROR: 'it ends in the middle',
  Z_DATA_ERROR: 'it is damaged, or no gzip at all',
};

/** Why a file is no gzip, in a clause of our own. */
export function gzipFault(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? systemFault(error);
}
