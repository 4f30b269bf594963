import type { AlertSender, ChampionMove } from '../../ports/index.ts';
import type { State } from '../../wire/index.ts';
import { isProofEnd, isRollback } from '../champion/champion.ts';
import type { ServiceParts, SignalServicePorts } from '../compose-parts.ts';
import type { TriggerHistory } from '../retraining/trigger-history.ts';

/** Number of retrainings that are looked at for what a process that was killed did not come to tell. */
const LATEST_TRIGGERS = 20;
/** Number of moves of the champion that are looked at for the same. */
const LATEST_MOVES = 20;

type AlertedParts = Pick<ServiceParts, 'feed' | 'champion' | 'halt' | 'feeds' | 'scheduler'>;
type AlertPorts = Pick<SignalServicePorts, 'alerts' | 'journal' | 'registry' | 'nowMs' | 'logger'>;

/**
 * Lets alerts be sent of every change of a service from now on, and of how it is now: what changed while no process ran, or was killed
 * before it could be told, is told then. To be called once the champion serves, and before retrainings go on.
 */
export function sendAlerts(ports: AlertPorts, parts: AlertedParts): void {
  const { alerts = null, nowMs, logger } = ports;
  if (alerts === null) return;
  const note = (state: State): void => {
    // The time of a champion's move is that of its record, by which it is known again after a restart.
    alerts.note(state, (state.what === 'model' ? parts.champion.sinceMs : null) ?? nowMs());
  };
  parts.feed.subscribe((event) => event.type === 'state' && note(event.state), ['state']);
  notePresent(alerts, ports, parts);
  notePast(alerts, ports, parts).catch((error: unknown) =>
    logger.warn(`what happened before the start is not told: ${error instanceof Error ? error.message : error}`),
  );
}

/** How the journal, the feeds and the halt are now. */
function notePresent(alerts: AlertSender, { journal, nowMs }: AlertPorts, { halt, feeds }: AlertedParts): void {
  const { status, reason } = journal.health;
  alerts.note({ what: 'journal', status, reason }, nowMs(), true);
  const { current } = halt;
  if (current === null) alerts.note({ what: 'halt', halted: false, since: null, reason: null }, nowMs(), true);
  else {
    const { since, reason: why } = current;
    alerts.note({ what: 'halt', halted: true, since, reason: why }, Date.parse(since), true);
  }
  for (const { instrumentId, barType, state, reason: fault } of feeds.list()) {
    const series = { instrument_id: instrumentId, bar_type: barType };
    alerts.note({ what: 'feed', ...series, state, reason: fault }, nowMs(), true);
  }
}

/** Which models served of late, and how the latest retrainings ended. */
async function notePast(
  alerts: AlertSender,
  { registry, nowMs }: AlertPorts,
  { champion, scheduler }: AlertedParts,
): Promise<void> {
  for (const move of (await registry.history()).slice(-LATEST_MOVES)) noteMove(alerts, move);
  const { current, reason, sinceMs } = champion;
  if (current === null) {
    alerts.note({ what: 'model', model_version: null, cause: 'none', event: reason ?? '' }, nowMs(), true);
  } else {
    const serves = { what: 'model', model_version: current.version, cause: 'serves', event: 'serves' } as const;
    alerts.note(serves, sinceMs ?? nowMs(), true);
  }
  const triggers = await scheduler.triggers(LATEST_TRIGGERS);
  const resumed = new Set(triggers.map(({ resumedFrom }) => resumedFrom));
  for (const trigger of triggers.toReversed()) {
    // One that a restart cut short goes on under another id: it has not failed.
    if (!resumed.has(trigger.triggerId)) noteMoves(alerts, trigger);
  }
}

function noteMove(alerts: AlertSender, { version, why, atMs }: ChampionMove): void {
  const model = { what: 'model', model_version: version } as const;
  if (isProofEnd(why)) alerts.note({ what: 'decay', detector: null, model_version: version, reason: why }, atMs, true);
  else if (isRollback(why)) {
    alerts.note({ ...model, cause: 'rolled_back', event: `serves again: ${why}` }, atMs, true);
  } else alerts.note({ ...model, cause: 'serves', event: 'serves' }, atMs, true);
}

function noteMoves(alerts: AlertSender, { moves, ...trigger }: TriggerHistory): void {
  const { reason, detector, resumedFrom, modelVersion, triggerId, instrumentId, barType } = trigger;
  for (const { state, note, atMs } of moves) {
    if (state === 'created' && reason === 'accuracy_degradation' && resumedFrom === null) {
      alerts.note({ what: 'decay', detector, model_version: null, reason: note ?? '' }, atMs, true);
    }
    if (state !== 'failed') continue;
    const series = { instrument_id: instrumentId, bar_type: barType };
    const ids = { trigger_id: triggerId, resumed_from: resumedFrom, model_version: modelVersion };
    alerts.note({ what: 'retrain', ...series, ...ids, reason, detector, state, note }, atMs, true);
  }
}
