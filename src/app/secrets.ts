import { createSecureContext } from 'node:tls';
import { type OrchestratorConfig, shownValue } from '../config/index.ts';
import { ConditionError } from '../core/index.ts';
import type { ServerSecrets } from '../server/index.ts';
import { readSecret, readToken } from './read-token.ts';

/** Reads the bearer token and the TLS files that the settings name. @throws {ConditionError} for a file that cannot be read or used. */
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
  const key = await readSecret('server.tls_key_file', tlsKeyFile);
  checkPem('server.tls_cert_file', 'a PEM certificate', tlsCertFile, { cert });
  checkPem('server.tls_key_file', 'the PEM key of server.tls_cert_file, without a passphrase', tlsKeyFile, {
    cert,
    key,
  });
  return { token, tls: { cert, key } };
}

/** @throws {ConditionError} for what the server could not be started with. */
function checkPem(setting: string, rule: string, path: string, pem: { cert: string; key?: string }): void {
  try {
    createSecureContext(pem);
  } catch (error) {
    const { reason, code } = error as { readonly reason?: string; readonly code?: string };
    throw new ConditionError(setting, `${rule} (${reason ?? code})`, shownValue(setting, path));
  }
}
