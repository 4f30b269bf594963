import { readFile } from 'node:fs/promises';
import type { OrchestratorConfig } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import type { ServerSecrets } from '../server/index.ts';

/** Reads the bearer token and the TLS files that the settings name. @throws {ConditionError} for a file that cannot be read. */
export async function readSecrets(server: OrchestratorConfig['server']): Promise<ServerSecrets> {
  const { tlsCertFile, tlsKeyFile } = server;
  const token = await readToken(server);
  if (tlsCertFile === null && tlsKeyFile === null) return { token, tls: null };
  if (tlsCertFile === null || tlsKeyFile === null) {
    const missing = tlsCertFile === null ? 'server.tls_cert_file' : 'server.tls_key_file';
    const given = tlsCertFile === null ? 'server.tls_key_file' : 'server.tls_cert_file';
    throw new ConditionError(missing, `set together with ${given}`, null);
  }
  const cert = await readSecret('server.tls_cert_file', tlsCertFile);
  return { token, tls: { cert, key: await readSecret('server.tls_key_file', tlsKeyFile) } };
}

function readSecret(setting: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ConditionError(setting, 'a file that can be read', `${path} (${error.code})`);
  });
}

/** Reads the bearer token of a service from its file; null where none is set. */
export async function readToken({ tokenFile }: OrchestratorConfig['server']): Promise<string | null> {
  return tokenFile === null ? null : (await readSecret('server.token_file', tokenFile)).trim();
}
