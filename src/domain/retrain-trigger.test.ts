import { expect, test } from 'vitest';
import { retrainTriggerToWire } from '../wire/index.ts';
import { RetrainTrigger, TRIGGER_STATES, type TriggerState } from './index.ts';

const trigger = (state: TriggerState = 'created'): RetrainTrigger =>
  new RetrainTrigger({
    reason: 'accuracy_degradation',
    baselineAccuracy: 0.62,
    currentAccuracy: 0.5,
    timestamp: 1n,
    state,
  });

test('a trigger moves created, queued, processing, completed or failed, and no other way', () => {
  const allowed = new Set(['created queued', 'queued processing', 'processing completed', 'processing failed']);
  for (const from of TRIGGER_STATES) {
    for (const to of TRIGGER_STATES) {
      const move = (): RetrainTrigger => trigger(from).moveTo(to);
      if (allowed.has(`${from} ${to}`)) expect(move().state).toBe(to);
      else expect(move, `${from} to ${to}`).toThrow(/state must be/);
    }
  }
});

test('it never interrupts inference, defaults to medium priority and computes the drop', () => {
  expect(trigger().shouldInterruptInference()).toBe(false);
  expect(trigger().priority).toBe(2);
  expect(trigger().accuracyDrop).toBeCloseTo(0.12, 12);
  expect(
    new RetrainTrigger({ reason: 'manual', baselineAccuracy: 0.6, currentAccuracy: null, timestamp: 1n }).accuracyDrop,
  ).toBeNull();
});

test('moveTo returns a new trigger and leaves the old one unchanged', () => {
  const created = trigger();
  expect(created.moveTo('queued')).not.toBe(created);
  expect(created.state).toBe('created');
});

test('on the wire its time is ISO-8601 and its names are snake_case', () => {
  const moved = new RetrainTrigger({
    ...trigger(),
    timestamp: 1_700_000_000_000_000_001n,
    state: 'queued',
    priority: 1,
  });
  expect(retrainTriggerToWire(moved)).toEqual({
    reason: 'accuracy_degradation',
    detector: null,
    baseline_accuracy: 0.62,
    current_accuracy: 0.5,
    accuracy_drop: expect.closeTo(0.12, 12),
    timestamp: '2023-11-14T22:13:20.000000001Z',
    priority: 1,
    state: 'queued',
  });
});

test('a trigger is immutable: assigning to a field throws', () => {
  const frozen = trigger() as { reason: string };
  expect(() => {
    frozen.reason = 'manual';
  }).toThrow(TypeError);
});

test('what noticed a decay is said of a decay alone', () => {
  const input = { reason: 'accuracy_degradation', baselineAccuracy: 0.6, currentAccuracy: 0.5, timestamp: 1n } as const;
  expect(new RetrainTrigger(input).detector).toBeNull();
  const noticed = new RetrainTrigger({ ...input, detector: 'sequential' });
  expect(noticed.moveTo('queued').detector).toBe('sequential');
  expect(() => new RetrainTrigger({ ...input, detector: 'cusum' as never })).toThrow('detector must be one of');
  expect(() => new RetrainTrigger({ ...input, reason: 'manual', detector: 'sequential' })).toThrow(
    'detector must be null where the reason is manual, was "sequential"',
  );
});
