import { expect, test } from 'vitest';
import { ALERT_EVENTS } from '../../domain/index.ts';
import type { State } from '../../wire/index.ts';
import { draftAlert } from './draft-alert.ts';

const RETRAIN = {
  what: 'retrain',
  trigger_id: 't1',
  instrument_id: 'A',
  bar_type: null,
  resumed_from: null,
  reason: 'manual',
  detector: null,
  note: 'not enough bars',
  model_version: null,
} as const;
const CALIBRATION = {
  what: 'calibration_drift',
  model_version: 'm1',
  promised: 0.5,
  realised: 0.3,
  p_value: 1e-5,
  outcomes: 1000,
} as const;
const FEED = { what: 'feed', instrument_id: 'A', bar_type: '1m', reason: 'no bar for 5 minutes' } as const;

const CASES: readonly (readonly [event: string | null, text: string, state: State])[] = [
  ['champion_changed', 'the model m2 serves', { what: 'model', model_version: 'm2', cause: 'serves', event: 'serves' }],
  [
    'champion_changed',
    'no model serves: it is gone',
    { what: 'model', model_version: null, cause: 'none', event: 'it is gone' },
  ],
  [
    'rolled_back',
    'the model m1 serves again: m2 was rolled back: worse',
    { what: 'model', model_version: 'm1', cause: 'rolled_back', event: 'serves again: m2 was rolled back: worse' },
  ],
  [null, '', { what: 'model', model_version: 'm1', cause: 'proof_ended', event: 'x' }],
  [
    'decay',
    'the model m1 that serves got worse than its training: .51; nothing is proven of it any more',
    { what: 'decay', detector: 'sequential', model_version: 'm1', reason: '.51' },
  ],
  [
    'calibration_drift',
    'the confidences of m1 are not kept any more: promised 0.500, realised 0.300 over 1000 outcomes, p 1.0e-5',
    { ...CALIBRATION, drifted: true },
  ],
  [
    'calibration_kept',
    'the confidences of m1 are kept again: promised 0.500, realised 0.300 over 1000 outcomes, p 1.0e-5',
    { ...CALIBRATION, drifted: false },
  ],
  [null, '', { what: 'feature_drift', model_version: 'm1', feature: 'regime', psi: 0.3, drifted: true }],
  ['retraining_failed', 'the retraining t1 (manual) failed: not enough bars', { ...RETRAIN, state: 'failed' }],
  [null, '', { ...RETRAIN, state: 'completed' }],
  [
    'model_wanted',
    'a new model is wanted in place of m1, which was made elsewhere (accuracy_degradation): .51; hand it in with ml4t models challenge FILE',
    {
      what: 'model_wanted',
      trigger_id: 't1',
      instrument_id: 'A',
      bar_type: null,
      reason: 'accuracy_degradation',
      detector: 'sequential',
      note: '.51',
      model_version: 'm1',
    },
  ],
  [
    'journal_full',
    'the journal is full: no space; signals are not recorded',
    { what: 'journal', status: 'full', reason: 'no space' },
  ],
  [
    'journal_failed',
    'the journal is busy: locked; signals are not recorded',
    { what: 'journal', status: 'busy', reason: 'locked' },
  ],
  [
    'journal_failed',
    'the journal is failed: died; signals are not recorded',
    { what: 'journal', status: 'failed', reason: 'died' },
  ],
  ['journal_ok', 'the journal takes records again', { what: 'journal', status: 'ok', reason: null }],
  ['feed_silent', 'feed A (1m): no bar for 5 minutes', { ...FEED, state: 'silent' }],
  ['feed_faulty', 'feed A (1m): no bar for 5 minutes', { ...FEED, state: 'hole' }],
  ['feed_faulty', 'feed A (1m): no bar for 5 minutes', { ...FEED, state: 'wrong_step' }],
  ['feed_ok', 'feed A (1m) is as it should be again', { ...FEED, state: 'ok', reason: null }],
  [
    'node_silent',
    'the node: no heartbeat for 12 s',
    { what: 'node', state: 'silent', reason: 'no heartbeat for 12 s' },
  ],
  ['node_ok', 'the heartbeat of the node is back', { what: 'node', state: 'ok', reason: null }],
  [
    'halted',
    'halted (odd): nothing is taken and every size is 0',
    { what: 'halt', halted: true, since: 's', reason: 'odd' },
  ],
  ['resumed', 'resumed: signals are taken again', { what: 'halt', halted: false, since: null, reason: null }],
  [null, '', { what: 'drift', detector: 'ddm', model_version: 'm1', outcomes: 3 }],
];

test.each(CASES)('%s: %s', (event, text, state) => {
  const draft = draftAlert(state, 5);
  expect([draft?.event ?? null, draft?.text ?? '']).toEqual([event, text]);
  if (draft !== null) expect(draft.atMs).toBe(5);
});

test('every event that a webhook may ask for comes of some change', () => {
  expect(new Set(CASES.flatMap(([event]) => event ?? []))).toEqual(new Set(ALERT_EVENTS));
});
