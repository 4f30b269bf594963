import { batch } from '@preact/signals';
import { ApiError, getJson, getText, openStream } from './api.ts';
import * as store from './store.ts';
import type { Answer, Bars, Model, Outcome, Shown, Status, Trigger } from './types.ts';

const STATUS_MS = 2000;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;
const MAX_QUEUED = 2000;
const N_BARS = 400;
const RATE_SPAN_MS = 5000;

type Message =
  | { readonly type: 'enriched'; readonly enriched: Answer }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'state'; readonly state: Readonly<Record<string, unknown>> };

let waitMs = FIRST_WAIT_MS;
let queue: Message[] = [];
let frame = 0;
let isPolling = false;
let arrivals: number[] = [];

/** Connects, and again whenever the connection is lost. */
export function connect(): void {
  const socket = openStream();
  socket.onopen = () => {
    waitMs = FIRST_WAIT_MS;
    store.connection.value = 'live';
    void refreshAll();
  };
  socket.onmessage = ({ data }) => {
    queue.push(JSON.parse(String(data)) as Message);
    if (queue.length > MAX_QUEUED) queue = queue.slice(-MAX_QUEUED);
    if (frame === 0) frame = requestAnimationFrame(flush);
  };
  socket.onclose = () => void reconnect();
}

async function reconnect(): Promise<void> {
  store.connection.value = 'offline';
  try {
    await getJson<Status>('/v1/status'); // a WebSocket does not tell why it was refused; this does
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      store.connection.value = 'locked';
      return;
    }
  }
  setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
  waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
}

/** What came since the last frame, at once: the page is drawn no more often than the screen. */
function flush(): void {
  frame = 0;
  const messages = queue;
  queue = [];
  const fresh: Shown[] = [];
  const ended = new Map<string, Outcome>();
  batch(() => {
    for (const message of messages) {
      if (message.type === 'enriched') fresh.push({ enriched: message.enriched, outcome: null, barriers: null });
      else if (message.type === 'outcome') ended.set(message.outcome.signal_id, message.outcome);
      else takeState(message.state);
    }
    const now = Date.now();
    for (const _ of fresh) arrivals.push(now);
    if (fresh.length > 0) store.takeSignals(fresh.reverse());
    if (ended.size > 0)
      store.shown.value = store.shown.value.map((one) => {
        const outcome = ended.get(one.enriched.signal_id);
        return outcome === undefined ? one : { ...one, outcome, barriers: null };
      });
  });
}

function takeState(state: Readonly<Record<string, unknown>>): void {
  const words = Object.entries(state).filter(([name, value]) => name !== 'what' && value !== null);
  store.note(`${state.what}: ${words.map(([name, value]) => `${name} ${format(value)}`).join(', ')}`);
  void refreshModels();
  void refreshStatus();
  void refreshTriggers();
}

function format(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function refreshStatus(): Promise<void> {
  await quietly(async () => store.takeStatus(await getJson<Status>('/v1/status')));
}

async function refreshTriggers(): Promise<void> {
  await quietly(async () => {
    store.triggers.value = (await getJson<{ triggers: Trigger[] }>('/v1/retrain-triggers')).triggers;
  });
}

/** Asks for the kept models again. */
export async function refreshModels(): Promise<void> {
  await quietly(async () => {
    store.models.value = (await getJson<{ models: Model[] }>('/v1/models')).models;
  });
}

/** Asks for the bars and signals of the instrument that is looked at. */
export async function refreshBars(): Promise<void> {
  await quietly(async () => {
    const { instruments } = await getJson<{ instruments: string[] }>('/v1/instruments');
    store.instruments.value = instruments;
    const chosen = store.instrument.value;
    if (chosen === null && instruments.length > 0) store.instrument.value = instruments[instruments.length - 1];
    const id = store.instrument.value;
    if (id === null) return;
    const path = `/v1/instruments/${encodeURIComponent(id)}/bars?limit=${N_BARS}`;
    const { bars } = await getJson<{ bars: Bars }>(path);
    if (store.instrument.value === id) store.bars.value = bars;
  });
}

async function refreshSignals(): Promise<void> {
  await quietly(async () => {
    const { signals } = await getJson<{ signals: Shown[] }>('/v1/signals?limit=500');
    store.takeSignals(signals);
  });
}

async function refreshAll(): Promise<void> {
  await Promise.all([refreshStatus(), refreshModels(), refreshTriggers(), refreshBars(), refreshSignals()]);
  if (isPolling) return;
  isPolling = true;
  setTimeout(poll, STATUS_MS);
}

/** Asks for what the stream does not tell. */
async function poll(): Promise<void> {
  const now = Date.now();
  arrivals = arrivals.filter((at) => at > now - RATE_SPAN_MS);
  store.signalsPerSecond.value = (arrivals.length * 1000) / RATE_SPAN_MS;
  if (store.connection.value === 'live' && !document.hidden) {
    await Promise.all([refreshStatus(), refreshBars(), refreshSignals(), refreshMetrics()]);
  }
  setTimeout(poll, STATUS_MS);
}

async function refreshMetrics(): Promise<void> {
  await quietly(async () => {
    store.metrics.value = await getText('/metrics');
  });
}

/** A look that fails leaves what was seen before; that it is old is shown. */
async function quietly(look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    if (error instanceof ApiError && error.status !== 401 && error.status !== 503) store.problem.value = error.message;
  }
}

/** Lets the clock of the page run. */
export function startClock(): void {
  setInterval(() => {
    store.nowMs.value = Date.now();
  }, 1000);
}
