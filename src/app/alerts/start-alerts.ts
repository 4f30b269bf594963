import { join } from 'node:path';
import type { TestedWebhook } from '../../alerts/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import type { AlertSender, Logger } from '../../ports/index.ts';
import { readWebhooks } from './read-webhooks.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The sender of alerts, with its outbox in `server.data_dir`; null where no webhook is set. What it needs is loaded here.
 *
 * @throws {ConditionError} for an address or a secret that cannot be read.
 */
export async function startAlerts({ alerts, server }: OrchestratorConfig, logger: Logger): Promise<AlertSender | null> {
  if (alerts.webhooks.length === 0) return null;
  const webhooks = await readWebhooks(alerts);
  const { AlertLink, originOf, serviceName } = await import('../../alerts/index.ts');
  for (const webhook of webhooks) {
    const { protocol, hostname } = new URL(webhook.url);
    if (protocol === 'https:' || LOOPBACK.test(hostname)) continue;
    logger.warn(
      `alerts: ${webhook.setting}, at ${originOf(webhook)}, is not encrypted: whoever is on the way reads every alert; use https`,
    );
  }
  return new AlertLink(
    {
      webhooks,
      cooldownMs: alerts.cooldownS * 1000,
      service: serviceName(server.dataDir),
      directory: join(server.dataDir, 'alerts'),
    },
    logger,
  );
}

/** Sends a test to every webhook of the settings. @throws {ConditionError} as {@link startAlerts}. */
export async function testAlerts({ alerts, server }: OrchestratorConfig): Promise<TestedWebhook[]> {
  const webhooks = await readWebhooks(alerts);
  const { sendTest, serviceName } = await import('../../alerts/index.ts');
  return sendTest(webhooks, serviceName(server.dataDir));
}
