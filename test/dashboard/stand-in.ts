import { readFileSync } from 'node:fs';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import type { Bars, Detail, Model, Shown, Status, TrustReport } from '../../dashboard/data/types.ts';
import { detailOf } from './sample-signals.ts';
import { NO_TRUST } from './sample-trust.ts';
import { openPage } from './serving.ts';

/** What a stand-in for the service says. */
export interface Said {
  readonly status: Status;
  readonly signals: readonly Shown[];
  readonly bars: Bars | null;
  readonly models: readonly Model[];
  /** Default: no model serves, and none ever did. */
  readonly trust?: TrustReport;
  /** What the detail of a signal has beside its answer. */
  readonly detail?: Partial<Detail>;
}

export interface StandInPage {
  readonly page: Page;
  readonly complaints: string[];
  /** Sends a message over the stream. */
  readonly send: (message: unknown) => void;
  /** From now on nothing is answered, and the stream stays silent. */
  readonly silence: () => void;
}

const ADDRESS = 'http://ml4t.test/';
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  svg: 'image/svg+xml',
};
const FILES = new URL('../../dist/dashboard/', import.meta.url);

/** The dashboard before a service that says what it is told to, so that every state can be looked at. */
export async function openStandIn(
  browser: Browser,
  said: Said,
  options: { readonly dark?: boolean; readonly phone?: boolean; readonly view?: string; readonly script?: string } = {},
): Promise<StandInPage> {
  const { page, complaints } = await openPage(browser, 'about:blank', options);
  if (options.script !== undefined) await page.addInitScript({ content: options.script });
  let stream: WebSocketRoute | null = null;
  let isSilent = false;
  await page.routeWebSocket(/\/v1\/stream/, (route) => {
    stream = route;
  });
  await page.route(`${ADDRESS}**`, async (route) => {
    const path = new URL(route.request().url()).pathname;
    if (!path.startsWith('/v1') && path !== '/metrics') return route.fulfill(fileOf(path));
    if (isSilent) return; // a question that is never answered
    const answer = answerTo(path, said);
    return answer === null ? route.fulfill({ status: 404, json: { detail: 'not known' } }) : route.fulfill(answer);
  });
  await page.goto(`${ADDRESS}#${options.view ?? 'market'}`);
  await page.getByText('● live').waitFor();
  return {
    page,
    complaints,
    send: (message) => stream?.send(JSON.stringify(message)),
    silence: () => {
      isSilent = true;
    },
  };
}

function fileOf(path: string) {
  const name = path === '/' ? 'index.html' : path.replace('/dashboard/', '');
  const contentType = TYPES[name.split('.').at(-1) ?? ''];
  // The policy of the real service: what it forbids must fail here too.
  const headers = { 'content-security-policy': "default-src 'self'; style-src 'self'; connect-src 'self' ws:" };
  return { body: readFileSync(new URL(name, FILES)), contentType, headers };
}

function answerTo(path: string, { status, signals, bars, models, trust = NO_TRUST, detail }: Said) {
  if (path === '/metrics') return { body: '', contentType: 'text/plain' };
  if (path === '/v1/status') return { json: status };
  if (path === '/v1/models') return { json: { models } };
  if (path === '/v1/trust') return { json: trust };
  if (path === '/v1/retrain-triggers') return { json: { triggers: [] } };
  if (path === '/v1/detector') return { json: { detector: detectorOf(status) } };
  if (path === '/v1/signals') return { json: { signals } };
  if (path === '/v1/instruments') return { json: { instruments: bars === null ? [] : ['SIM'] } };
  if (path === '/v1/instruments/SIM/bars') return { json: { bars } };
  const one = signals.find(({ enriched }) => path === `/v1/signals/${encodeURIComponent(enriched.signal_id)}`);
  return one === undefined ? null : { json: detailOf(one, detail) };
}

/** The path of a detector: halfway to the threshold on a logarithmic axis, after an alarm. */
function detectorOf({ detector, model_version: version }: Status) {
  if (detector === null || version === null) return null;
  const at = (seq: number, statistic: number, event: string) => ({ seq, ts: 1.79e18 + seq * 9e11, statistic, event });
  const path = [
    { seq: 0, ts: null, statistic: 0, event: 'start' },
    at(16, 4, 'point'),
    at(32, 900, 'point'),
    at(40, 120_000, 'alarm'),
    at(48, 3, 'point'),
  ];
  return { model_version: version, ...detector, base_rate: 0.37, overlap: 2.4, path };
}
