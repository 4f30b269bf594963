import { type OrchestratorConfig, shownValue } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import { readSmallText } from '../runtime/index.ts';

/** Reads a file that a setting names. @throws {ConditionError} for a file that cannot be read. */
export function readSecret(setting: string, path: string): Promise<string> {
  return readSmallText(path).catch((error: NodeJS.ErrnoException) => {
    throw new ConditionError(setting, `a file that can be read (${error.message})`, shownValue(setting, path));
  });
}

/** Reads the bearer token of a service from its file; null where none is set. @throws {ConditionError} as {@link readSecret}. */
export async function readToken({ tokenFile }: OrchestratorConfig['server']): Promise<string | null> {
  return tokenFile === null ? null : (await readSecret('server.token_file', tokenFile)).trim();
}
