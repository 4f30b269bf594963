import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ServerMetrics } from '../../src/server/metrics.ts';
import { liveService } from '../support/live-service.ts';

// What examples/prometheus and examples/grafana ask for is what /metrics has.

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
/** Names that are not of the service: what Prometheus itself knows of it, and a suffix of a histogram. */
const OF_PROMETHEUS = ['up'];
const WORDS =
  /\b(?:sum|by|rate|increase|max_over_time|count|histogram_quantile|ignoring|or|and|on|label_values|le|for|unless)\b/g;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const rules = (
  parse(readFileSync(`${EXAMPLES}/prometheus/rules.yml`, 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync(`${EXAMPLES}/grafana/ml4t.json`, 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: unknown }[] };
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');

let metrics = '';

/** The text of `/metrics` of a service that knows every figure. */
beforeAll(async () => {
  const { service } = await liveService();
  const status = service.status();
  const server = new ServerMetrics('0');
  metrics = await server.render(
    {
      ...status,
      outcomes: { ...status.outcomes, accuracy: 0.5, ece: 0.1 },
      drift: { ...status.drift, estimatedAccuracy: 0.5, psi: { volatility: 0.1 } },
    },
    null,
    { lagMs: 0, nStreamClients: 0, nConnections: 0, unreadBytes: 0 },
  );
  server.noteConnectionCut('stalled');
  metrics += await server.registry.metrics();
  await service.stop();
});

/** The metrics of an expression, each with the label values that it chooses by name. */
function selected(expr: string): readonly (readonly [name: string, labels: string])[] {
  const bare = expr.replaceAll(/\b(?:by|ignoring|on) \([^)]*\)/g, '');
  return [...bare.matchAll(/\b([a-z_][a-z0-9_]*)(?:\{([^}]*)\})?/g)]
    .flatMap(([, name, labels = '']) => (name.replaceAll(WORDS, '') === '' ? [] : [[name, labels] as const]))
    .filter(([name]) => /_|^up$/.test(name) && !name.startsWith('__'));
}

function checkExpression(expr: string): void {
  for (const [name, labels] of selected(expr)) {
    if (OF_PROMETHEUS.includes(name)) continue;
    const family = name.replace(/_bucket$/, '');
    expect(metrics, `${name} of ${expr}`).toMatch(new RegExp(`^# TYPE ${family} `, 'm'));
    for (const [, label, operator, value] of labels.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)) {
      if (label === 'job' || label === 'instance') continue;
      const values = operator === '=~' ? value.split('|') : [value];
      const lines = metrics.split('\n').filter((line) => line.startsWith(`${family}{`));
      // The version of a model is the one label that has a value of its own.
      for (const each of label === 'version' ? [] : values) {
        expect(
          lines.some((line) => line.includes(`${label}="${each}"`)),
          `${family}{${label}="${each}"}`,
        ).toBe(true);
      }
    }
  }
}

test('the check finds a metric, a label value and a word that are not there', () => {
  expect(() => checkExpression('ml4t_no_such == 1')).toThrow();
  expect(() => checkExpression('sum by (job) (ml4t_feeds{state="quiet"}) > 0')).toThrow();
  expect(() => checkExpression('rate(ml4t_feeds{state=~"silent|quiet"}[5m])')).toThrow();
  expect(selected('sum by (job, instance) (rate(ml4t_bars_total[5m])) > 0.05 * up{job="ml4t"}')).toEqual([
    ['ml4t_bars_total', ''],
    ['up', 'job="ml4t"'],
  ]);
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('the rule %s asks for what is there', (_, rule) => {
  checkExpression(rule.expr);
  expect(rule.labels.severity).toMatch(/^(?:page|warn|info)$/);
  expect(rule.for ?? '1m').toMatch(/^\d+[smh]$/);
  for (const text of [rule.annotations.summary, rule.annotations.description]) expect(text).toMatch(/^\S.*\.$|\.\s*$/);
});

test('every rule has a name of its own, and a case in the tests of promtool', () => {
  const cases = readFileSync(`${EXAMPLES}/prometheus/rules.test.yml`, 'utf8');
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  expect(rules.filter(({ alert }) => !cases.includes(`alertname="${alert}"`))).toEqual([]);
});

test.each(panels.map((panel) => [panel.title, panel] as const))('the panel %s asks for what is there', (_, panel) => {
  expect(panel.targets?.length).toBeGreaterThan(0);
  expect(panel.description, 'it says what its figures mean').toMatch(/\.$/);
  for (const { expr } of panel.targets ?? []) checkExpression(expr);
});

test('the dashboard can be imported: ids of their own, panels that do not overlap, a source of data to choose', () => {
  const all = dashboard.panels;
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const cells = all.flatMap(({ id, gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, k) => [`${x + (k % w)},${y + Math.floor(k / w)}`, id] as const),
  );
  expect(new Set(cells.map(([cell]) => cell)).size, 'no two panels share a cell').toBe(cells.length);
  expect(all.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  expect(dashboard.templating.list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
  const sources = JSON.stringify(dashboard.panels).match(/"uid":"[^"]*"/g) ?? [];
  expect(new Set(sources)).toEqual(new Set(['"uid":"\u0024{datasource}"']));
});
