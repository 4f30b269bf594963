import type { State } from '../../wire/index.ts';
import type { AlertDraft } from './alert.ts';

type What = State['what'];
type StateOf<W extends What> = Extract<State, { readonly what: W }>;
/** What a row says; the rest is the same for all rows. */
type Row = Omit<AlertDraft, 'atMs' | 'identity'> & {
  /** Null where the subject, the event and the time make it another. */
  readonly identity: string | null;
};
type Rows = { readonly [W in What]?: (state: StateOf<W>) => Row | null };

const HALTED = 'nothing is taken and every size is 0';
const FEED_EVENTS = { ok: 'feed_ok', silent: 'feed_silent', hole: 'feed_faulty', wrong_step: 'feed_faulty' } as const;

/** What people hear of, by the subject of the message: whoever adds an event adds a row. Null where nobody needs to hear. */
const ROWS: Rows = {
  model: ({ model_version, cause, event }) => {
    if (cause === 'proof_ended') return null; // what ended it is told: a decay, or a rollback
    const text = model_version === null ? `no model serves: ${event}` : `the model ${model_version} ${event}`;
    return {
      event: cause === 'rolled_back' ? 'rolled_back' : 'champion_changed',
      subject: 'champion',
      value: model_version ?? 'none',
      isUsual: false,
      identity: null,
      text,
      data: { model_version, reason: event },
    };
  },
  decay: ({ model_version, reason }) =>
    fact(
      'decay',
      `the model${model_version === null ? '' : ` ${model_version}`} that serves got worse than its training: ${reason}; nothing is proven of it any more`,
      { model_version, reason },
    ),
  calibration_drift: ({ model_version, promised, realised, p_value, outcomes, drifted }) => {
    const figures = `promised ${promised.toFixed(3)}, realised ${realised.toFixed(3)} over ${outcomes} outcomes, p ${p_value.toExponential(1)}`;
    return {
      event: drifted ? 'calibration_drift' : 'calibration_kept',
      subject: 'calibration',
      value: drifted ? `drifted ${model_version}` : 'kept',
      isUsual: !drifted,
      identity: null,
      text: `the confidences of ${model_version ?? 'the model'} are ${drifted ? 'not kept any more' : 'kept again'}: ${figures}`,
      data: { model_version, promised, realised, p_value, outcomes },
    };
  },
  retrain: ({ state, trigger_id, instrument_id, bar_type, reason, note }) =>
    state === 'failed'
      ? fact(
          'retraining_failed',
          `the retraining ${trigger_id} (${reason}) failed: ${note ?? 'no reason is known'}`,
          { trigger_id, instrument_id, bar_type, reason: note },
          trigger_id,
        )
      : null,
  model_wanted: ({ trigger_id, instrument_id, bar_type, reason, detector, note, model_version }) =>
    fact(
      'model_wanted',
      `a new model is wanted in place of ${model_version}, which was made elsewhere (${reason})${note === null ? '' : `: ${note}`}; hand it in with ml4t models challenge FILE`,
      { trigger_id, instrument_id, bar_type, reason, detector, note, model_version },
      trigger_id,
    ),
  journal: ({ status, reason }) => {
    const text = `the journal is ${status}: ${reason ?? 'no reason is known'}; signals are not recorded`;
    return {
      event: status === 'ok' ? 'journal_ok' : status === 'full' ? 'journal_full' : 'journal_failed',
      subject: 'journal',
      value: status,
      isUsual: status === 'ok',
      identity: null,
      text: status === 'ok' ? 'the journal takes records again' : text,
      data: { status, reason },
    };
  },
  feed: ({ instrument_id, bar_type, state, reason }) => {
    const name = bar_type === null ? instrument_id : `${instrument_id} (${bar_type})`;
    return {
      event: FEED_EVENTS[state],
      subject: `feed ${JSON.stringify([instrument_id, bar_type])}`,
      value: state,
      isUsual: state === 'ok',
      identity: null,
      text: state === 'ok' ? `feed ${name} is as it should be again` : `feed ${name}: ${reason ?? state}`,
      data: { instrument_id, bar_type, state, reason },
    };
  },
  node: ({ state, reason }) => ({
    event: state === 'ok' ? 'node_ok' : 'node_silent',
    subject: 'node',
    value: state,
    isUsual: state === 'ok',
    identity: null,
    text: state === 'ok' ? 'the heartbeat of the node is back' : `the node: ${reason ?? state}`,
    data: { state, reason },
  }),
  halt: ({ halted, since, reason }) => {
    const why = reason === null ? '' : ` (${reason})`;
    return {
      event: halted ? 'halted' : 'resumed',
      subject: 'halt',
      value: since ?? 'resumed',
      isUsual: !halted,
      identity: since,
      text: halted ? `halted${why}: ${HALTED}` : `resumed${why}: signals are taken again`,
      data: { since, reason },
    };
  },
};

/** @returns what people may hear of a change of the service; null where nobody needs to. */
export function draftAlert(state: State, atMs: number): AlertDraft | null {
  const row = (ROWS[state.what] as ((given: State) => Row | null) | undefined)?.(state) ?? null;
  return row === null ? null : { ...row, identity: row.identity ?? String(atMs), atMs };
}

/** Something that happens, and is over. */
function fact(event: AlertDraft['event'], text: string, data: AlertDraft['data'], identity: string | null = null): Row {
  return { event, subject: event, value: null, isUsual: false, identity, text, data };
}
