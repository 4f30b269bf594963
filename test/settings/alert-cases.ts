import { alertReceiver } from '../support/alert-receiver.ts';
import { until } from '../support/until.ts';
import { withLiveProcess } from './live-process.ts';
import { changes, type SettingCases } from './setting-case.ts';

/** A halt, a resume and a halt again, as a receiver hears of them until `isEnough`. */
async function heardOfHalts(
  { cooldownS, isSet }: { readonly cooldownS: number; readonly isSet: boolean },
  nWanted: number,
): Promise<readonly string[]> {
  const receiver = await alertReceiver();
  const webhooks = isSet ? [{ url: receiver.url, kind: 'slack' as const }] : [];
  try {
    await withLiveProcess({ alerts: { cooldownS, webhooks } }, async ({ service }) => {
      for (let k = 0; k < 2; k++) {
        await service.halt();
        await service.resume();
      }
      const hasAll = (): boolean => receiver.received.length >= nWanted;
      if (isSet) await until(hasAll, `${nWanted} alerts, not ${receiver.received.length}`);
    });
    return receiver.received.map(({ body }) => /\*([^*]+)\*/.exec(body)?.[1] ?? body);
  } finally {
    await receiver.close();
  }
}

export const ALERT_CASES: SettingCases = {
  'alerts.webhooks': changes('who hears of a halt', [true, false], (isSet: boolean) =>
    heardOfHalts({ cooldownS: 0, isSet }, 4),
  ),
  'alerts.cooldown_s': changes('which of two halts are told at once', [0, 3600], (cooldownS: number) =>
    heardOfHalts({ cooldownS, isSet: true }, cooldownS === 0 ? 4 : 2),
  ),
};
