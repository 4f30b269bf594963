import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import type { ServerSecrets } from '../server-options.ts';

const MIN_TOKEN_LENGTH = 32;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can reach a listener on `host`. A name other than `localhost` could be any address. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return LOOPBACK.check(host, 'ipv4');
  if (isIPv6(host)) return LOOPBACK.check(host, 'ipv6');
  return host.toLowerCase() === 'localhost';
}

/** Address to listen on; `localhost` is not looked up, because a resolver could answer with another address. */
export function addressOf(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host;
}

/**
 * Checks that the service is not opened to other machines by mistake.
 *
 * @throws {ConditionError} for a foreign address without token and TLS, unless `insecure`; for a token that can be guessed.
 */
export function checkBinding({ host, insecure }: OrchestratorConfig['server'], { token, tls }: ServerSecrets): void {
  if (token !== null && (token.length < MIN_TOKEN_LENGTH || !/^[\x21-\x7e]+$/.test(token))) {
    const rule = `a token of at least ${MIN_TOKEN_LENGTH} printable characters without spaces (try \`openssl rand -hex 32\`)`;
    throw new ConditionError('server.token_file', rule, `one of ${token.length} characters`);
  }
  if (isLoopback(host) || insecure || (token !== null && tls !== null)) return;
  const rule =
    'an address of this machine alone (127.0.0.1, ::1, localhost), or come with server.token_file and with ' +
    'server.tls_cert_file and server.tls_key_file, or be allowed by server.insecure (--insecure)';
  throw new ConditionError('server.host', rule, host);
}
