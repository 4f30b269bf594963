import type { OrchestratorConfig } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import type { ServerSecrets } from '../server/index.ts';
import { readSecret, readToken } from './read-token.ts';

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
