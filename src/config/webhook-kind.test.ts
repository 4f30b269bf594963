import { expect, test } from 'vitest';
import { ALERT_EVENTS } from '../domain/index.ts';
import { configToRecord, OrchestratorConfig, parseConfig } from './index.ts';

const SECRET = 'whsec_MfJenTHyXp0x8l6dMfJenTHyXp0x8l6d';
const URL_WITH_TOKEN = 'https://hooks.example.com/services/T0KEN';
const webhooksOf = (webhooks: unknown): unknown => parseConfig({ alerts: { webhooks } }).alerts.webhooks;

test('what is left out of a webhook takes its default; events come in their order', () => {
  const events = ['rolled_back', 'champion_changed'];
  expect(
    webhooksOf([
      { url: URL_WITH_TOKEN, secret: SECRET, events },
      { url: 'env:SLACK', kind: 'slack' },
    ]),
  ).toEqual([
    { url: URL_WITH_TOKEN, secret: SECRET, kind: 'standard', events: ['champion_changed', 'rolled_back'] },
    { url: 'env:SLACK', secret: null, kind: 'slack', events: ALERT_EVENTS },
  ]);
  const config = OrchestratorConfig({ alerts: { webhooks: [{ url: 'file:/run/url', kind: 'discord' }] } });
  expect(parseConfig(configToRecord(config))).toEqual(config);
});

test.each([
  ['no list', {}, /^alerts\.webhooks must be a list of at most 16 webhooks/],
  ['too many', Array(17).fill({ url: 'env:A', kind: 'slack' }), /^alerts\.webhooks must be a list of at most 16/],
  ['text', ['https://x'], /^alerts\.webhooks\.0 must be an object with a url/],
  ['no url', [{ kind: 'slack' }], /url is an address https/],
  ['another scheme', [{ url: 'file', kind: 'slack' }], /url is an address https/],
  ['credentials', [{ url: 'https://a:T0KEN@b.example', kind: 'slack' }], /without user and password/],
  ['no secret', [{ url: URL_WITH_TOKEN }], /secret is whsec_ and 24 to 64 bytes/],
  ['a short secret', [{ url: URL_WITH_TOKEN, secret: 'whsec_T0KEN' }], /secret is whsec_/],
  ['23 bytes', [{ url: URL_WITH_TOKEN, secret: `whsec_${Buffer.alloc(23).toString('base64')}` }], /secret is/],
  ['65 bytes', [{ url: URL_WITH_TOKEN, secret: `whsec_${Buffer.alloc(65).toString('base64')}` }], /secret is/],
  ['a secret too much', [{ url: URL_WITH_TOKEN, secret: SECRET, kind: 'slack' }], /only kind standard signs/],
  ['an unknown kind', [{ url: URL_WITH_TOKEN, kind: 'teams' }], /kind is one of standard, slack, discord/],
  ['an unknown event', [{ url: 'env:A', kind: 'slack', events: ['halt'] }], /events are one of champion_changed/],
  ['no event', [{ url: 'env:A', kind: 'slack', events: [] }], /events are at least one of/],
  ['an unknown key', [{ url: 'env:A', kind: 'slack', event: [] }], /did you mean events\?/],
])('%s is refused, and no value is shown', (_, webhooks, sentence) => {
  const refuse = (): unknown => webhooksOf(webhooks);
  expect(refuse).toThrow(sentence);
  expect(refuse).not.toThrow(/T0KEN|MfJenTH/);
});

test.each([24, 25, 26, 63, 64])('a secret of %d bytes is taken', (n) => {
  const secret = `whsec_${Buffer.alloc(n, 7).toString('base64')}`;
  expect(webhooksOf([{ url: URL_WITH_TOKEN, secret }])).toMatchObject([{ secret }]);
});
