import type { Webhook } from '../../alerts/index.ts';
import {
  isWebhookSecret,
  isWebhookUrl,
  type OrchestratorConfig,
  standsElsewhere,
  WEBHOOK_SECRET_RULE,
  WEBHOOK_URL_RULE,
} from '../../config/index.ts';
import { ConditionError, HIDDEN } from '../../core/index.ts';
import { readSecret } from '../read-token.ts';

const OF_ENVIRONMENT = 'env:';
const OF_FILE = 'file:';

/** Where settings of the form `env:NAME` are read. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the receivers of alerts, with the addresses and secrets that stand in variables and files.
 *
 * @throws {ConditionError} for one that is not there or breaks its rule; the value is not shown.
 */
export function readWebhooks(
  { webhooks }: OrchestratorConfig['alerts'],
  environment: Environment = process.env,
): Promise<Webhook[]> {
  return Promise.all(
    webhooks.map(async ({ url, secret, kind, events }, i) => {
      const name = `alerts.webhooks.${i}`;
      const address = await givenValue(`${name}.url`, url, environment);
      if (!isWebhookUrl(address)) throw new ConditionError(`${name}.url`, WEBHOOK_URL_RULE, HIDDEN);
      const key = secret === null ? null : await givenValue(`${name}.secret`, secret, environment);
      if (key !== null && !isWebhookSecret(key)) {
        throw new ConditionError(`${name}.secret`, WEBHOOK_SECRET_RULE, HIDDEN);
      }
      return { setting: name, url: address, secret: key, kind, events };
    }),
  );
}

async function givenValue(setting: string, text: string, environment: Environment): Promise<string> {
  if (!standsElsewhere(text)) return text;
  if (text.startsWith(OF_FILE)) return (await readSecret(setting, text.slice(OF_FILE.length))).trim();
  const variable = text.slice(OF_ENVIRONMENT.length);
  const value = environment[variable];
  if (value === undefined) throw new ConditionError(setting, `in the variable ${variable}, which is not set`, HIDDEN);
  return value.trim();
}
