import { expect, test } from 'vitest';
import type { DriftStory } from '../../src/cli/demo/drift.ts';
import type { SnakeCased } from '../../src/config/index.ts';
import { runCli } from '../support/run-cli.ts';

test('`ml4t demo --drift`: the market changes; the service notices, retrains, proves and swaps', async () => {
  const run = await runCli(['demo', '--drift', '--json']);
  expect(run.code, run.stderr).toBe(0);
  const story = JSON.parse(run.stdout) as SnakeCased<DriftStory>;
  const { changed_at: changedAt, swapped_at: swappedAt, retrainings, accuracy, moments } = story;
  expect(retrainings.length).toBeGreaterThan(0);
  for (const { bar, reason } of retrainings) {
    expect(bar, 'nothing is noticed before it happens').toBeGreaterThan(changedAt);
    expect(reason).toBe('accuracy_degradation');
  }
  expect(swappedAt).toBe(retrainings.find(({ bar }) => bar === swappedAt)?.bar);
  expect(new Set(moments.filter(({ bar }) => bar < (swappedAt ?? 0)).map((moment) => moment.model_version)).size).toBe(
    1,
  );
  expect(story.first_line, 'the market has an edge to lose').toMatch(/^EDGE: pays up to/);
  for (const { majority, n_outcomes: n } of moments) {
    if (n > 0) expect(majority, 'no accuracy without what always the majority gets').toBeGreaterThanOrEqual(0.5);
  }
  expect(accuracy.after ?? 0).toBeGreaterThan(accuracy.broken ?? 1);
});
