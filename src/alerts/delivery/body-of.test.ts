import { expect, test } from 'vitest';
import { WEBHOOK_KINDS } from '../../domain/index.ts';
import type { Alert } from '../events/alert.ts';
import { bodyOf } from './body-of.ts';

const ALERT: Alert = {
  id: 'msg_1',
  event: 'feed_silent',
  subject: 'feed ["A",null]',
  value: 'silent',
  atMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  letOutMs: 0,
  text: 'feed A: no bar for 5 minutes',
  data: { instrument_id: 'A', bar_type: null, state: 'silent', reason: 'no bar for 5 minutes' },
  nHeldBack: 0,
};
const SERVICE = 'trader_1/btc';
const read = (alert: Alert, kind: (typeof WEBHOOK_KINDS)[number]): Record<string, unknown> =>
  JSON.parse(bodyOf(alert, kind, SERVICE)) as Record<string, unknown>;

test('a body of Standard Webhooks has type, timestamp and data', () => {
  expect(read({ ...ALERT, nHeldBack: 2 }, 'standard')).toEqual({
    type: 'feed_silent',
    timestamp: '2026-01-02T03:04:05.000Z',
    data: {
      instrument_id: 'A',
      bar_type: null,
      state: 'silent',
      reason: 'no bar for 5 minutes',
      service: SERVICE,
      text: 'feed A: no bar for 5 minutes (2 more about this held back before it)',
      held_back: 2,
    },
  });
});

test('Slack is sent a text and blocks, Discord a content', () => {
  const text = '*feed silent*: feed A: no bar for 5 minutes';
  expect(read(ALERT, 'slack')).toEqual({
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text, verbatim: true } },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: 'ml4t on trader\u200b_\u200b1/btc, 2026-01-02T03:04:05.000Z', verbatim: true },
        ],
      },
    ],
  });
  expect(read(ALERT, 'discord')).toEqual({
    content: '**feed silent**: feed A\\: no bar for 5 minutes\n-# ml4t on trader\\_1/btc, 2026-01-02T03:04:05.000Z',
    allowed_mentions: { parse: [] },
    flags: 4,
  });
});

test.each([
  ['halted', 'halted (c1): nothing is taken', '*halted* (c1): nothing is taken'],
  ['resumed', 'resumed: signals are taken again', '*resumed*: signals are taken again'],
  ['journal_full', 'the journal is full: no space', 'the journal is full: no space'],
  ['retraining_failed', 'the retraining t1 (manual) failed: x', 'the retraining t1 (manual) failed: x'],
  ['champion_changed', 'the model m2 serves', '*champion changed*: the model m2 serves'],
] as const)('%s is said once', (event, text, said) => {
  expect(read({ ...ALERT, event, text }, 'slack').text).toBe(said);
  const [first] = String(read({ ...ALERT, event, text }, 'discord').content).split('\n');
  expect(first.replaceAll('\\', '')).toBe(said.replace(/\*(.*)\*/, '**$1**'));
});

test('a name that a sender chose calls nobody, links nowhere and formats nothing', () => {
  const text = 'feed <!channel> <@U1> @everyone [x](https://evil.example) *b* `c`\n# d\u001b[31m';
  const { text: slack } = read({ ...ALERT, text }, 'slack') as { readonly text: string };
  expect(slack).toContain('&lt;!channel&gt; &lt;@U1&gt;');
  expect(slack).not.toMatch(/[<>\p{Cc}]/u);
  const { content } = read({ ...ALERT, text }, 'discord') as { readonly content: string };
  expect(content).toContain('\\<\\@U1\\> \\@everyone \\[x\\]\\(https\\://evil.example\\) \\*b\\* \\`c\\`');
  expect(content.split('\n')).toHaveLength(2);
});

test.each(WEBHOOK_KINDS)('a body of %s is bounded, whatever a sender chose, and well-formed', (kind) => {
  for (const sign of ['x', '👩', '*', '<', '\\', '\u0000']) {
    const long = sign.repeat(20_000);
    const body = bodyOf({ ...ALERT, text: long, data: { instrument_id: long } }, kind, sign.repeat(250));
    expect(body.length).toBeLessThan(40_000);
    const shown = JSON.parse(body) as { text?: string; content?: string; data?: { text: string } };
    const words = shown.content ?? shown.text ?? shown.data?.text ?? '';
    expect(words.length).toBeLessThanOrEqual({ standard: 4000, slack: 3000, discord: 2000 }[kind]);
    expect(words.isWellFormed()).toBe(true);
    expect(words, 'an escape is not cut in two').not.toMatch(/(?<!\\)(?:\\\\)*\\…/);
  }
});
