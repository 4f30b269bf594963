import { ALERT_EVENTS, type AlertSettings, WEBHOOK_KINDS } from '../../domain/index.ts';
import { type SettingTable, setting } from '../setting-rule.ts';
import { atLeast } from '../value-kinds.ts';
import { webhooks } from '../webhook-kind.ts';

export const ALERT_RULES: SettingTable<AlertSettings> = {
  webhooks: setting(
    webhooks(),
    [],
    `receivers of alerts: url, secret, kind (${WEBHOOK_KINDS.join(', ')}), events (of ${ALERT_EVENTS.length}); docs/alerts.md`,
  ),
  cooldownS: setting(atLeast(0), 300, 'minimum time between two alerts of one event and one series, in seconds'),
};
