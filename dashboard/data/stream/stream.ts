import { batch } from '@preact/signals';
import { ApiError, getJson, openStream } from '../api.ts';
import { every } from '../ask.ts';
import { dropRevisedBarriers } from '../barriers.ts';
import { loadAll, loadModels, loadStatus, loadTriggers, MAX_BARS } from '../load.ts';
import { mergeBars } from '../merge-bars.ts';
import * as store from '../store.ts';
import type { BarsEvent, Shown, Status, StreamEvent, StreamHello } from '../types.ts';
import { catchUp, loadMissed } from './catch-up.ts';
import { type Finding, SeenNumbers } from './sequence.ts';

/** Time between two questions for the status, milliseconds. */
const STATUS_MS = 2000;
/** Time before the first try to connect again, milliseconds; it doubles with every further one. */
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5000;
/** Maximum number of messages that wait to be shown; a hidden page shows none. */
const MAX_QUEUED = 2000;
/** Span over which signals a second are counted, seconds. */
const RATE_SECONDS = 5;

type Of<T extends StreamEvent['type']> = Extract<StreamEvent, { readonly type: T }>;

let waitMs = FIRST_WAIT_MS;
let queue: StreamEvent[] = [];
let frame = 0;
let isLoading = false;
/** Whether something may be missing on the page that only a load brings. */
let isIncomplete = false;
let nArrived = 0;
const seen = new SeenNumbers();

/** Connects, and again whenever the connection is lost. */
export function connect(): void {
  const socket = openStream();
  socket.onopen = () => {
    waitMs = FIRST_WAIT_MS;
    store.connection.value = 'live';
    void load();
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as StreamEvent | StreamHello;
    if (message.type === 'hello') follow(seen.begin(message));
    else enqueue(message);
  };
  socket.onclose = () => void reconnect();
}

/** Loads what the numbers of the stream show to be missing, and takes back what a restart of the service undid. */
function follow({ missed, lastRecorded, isOutdated }: Finding): void {
  if (lastRecorded !== null) {
    flush();
    const nDropped = store.dropAfter(lastRecorded);
    const undone = `${nDropped} answers after number ${lastRecorded} were never recorded`;
    store.note(undone);
    store.problem.value = undone;
  }
  loadMissed(missed);
  if (isOutdated) void load();
}

async function reconnect(): Promise<void> {
  store.connection.value = 'offline';
  try {
    await getJson<Status>('/v1/status'); // a WebSocket does not say why it was refused; this does
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      store.connection.value = 'locked';
      return;
    }
  }
  setTimeout(connect, waitMs * (0.75 + Math.random() / 2));
  waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
}

/**
 * Loads everything: when the page is connected, and when another instrument is chosen. Messages that come meanwhile wait and are
 * applied to what was loaded. Called during a load, it loads once more; what could not be loaded is tried again with the status.
 */
async function load(): Promise<void> {
  isIncomplete = true;
  if (isLoading) return;
  isLoading = true;
  let isLoaded = true;
  while (isIncomplete && isLoaded) {
    isIncomplete = false;
    isLoaded = await loadAll();
  }
  isIncomplete ||= !isLoaded;
  isLoading = false;
  flush();
}

/** Shows another instrument. */
export function chooseInstrument(id: string): void {
  store.instrument.value = id;
  store.bars.value = null;
  void load();
}

function enqueue(message: StreamEvent): void {
  if (message.type === 'enriched') nArrived++;
  follow(seen.take(message));
  if (queue.length === MAX_QUEUED) {
    queue = queue.slice(MAX_QUEUED / 2);
    isIncomplete = true;
  }
  queue.push(message);
  if (frame === 0) frame = requestAnimationFrame(flush);
}

/** Applies the messages since the last frame at once: the page is drawn no more often than the screen. */
function flush(): void {
  frame = 0;
  if (isLoading) return;
  const messages = queue;
  queue = [];
  batch(() => {
    applyBars(ofType(messages, 'bars'));
    applySignals(ofType(messages, 'enriched'));
    applyOutcomes(ofType(messages, 'outcome'));
    for (const { state } of ofType(messages, 'state')) applyState(state);
  });
}

function ofType<T extends StreamEvent['type']>(messages: readonly StreamEvent[], type: T): Of<T>[] {
  return messages.filter((message): message is Of<T> => message.type === type);
}

function applyBars(events: readonly BarsEvent[]): void {
  if (events.length === 0) return;
  const known = store.instruments.value ?? [];
  const ids = new Set([...known, ...events.map(({ instrument_id: id }) => id)]);
  if (ids.size > known.length) store.instruments.value = [...ids];
  if (store.instrument.value === null) chooseInstrument(events[0].instrument_id);
  const ofInstrument = events.filter(({ instrument_id: id }) => id === store.instrument.value);
  const own = ofInstrument.filter(({ bar_type: barType }) => barType === store.barType.value);
  if (store.bars.value === null || ofInstrument.length === 0) return;
  if (store.bars.value.ts_event.length === 0 && own.length === 0) void load(); // its first bars are of another series
  store.bars.value = mergeBars(store.bars.value, own, MAX_BARS);
  for (const event of own) dropRevisedBarriers(event);
}

function applySignals(events: readonly Of<'enriched'>[]): void {
  if (events.length === 0) return;
  const fresh = events.map(({ enriched }): Shown => ({ enriched, outcome: null, barriers: null }));
  store.takeSignals(fresh.reverse());
}

function applyOutcomes(events: readonly Of<'outcome'>[]): void {
  store.takeOutcomes(events.map(({ outcome }) => outcome));
}

function applyState(state: Of<'state'>['state']): void {
  const words = Object.entries(state).filter(([name, value]) => name !== 'what' && value !== null);
  store.note(`${state.what}: ${words.map(([name, value]) => `${name} ${textOf(value)}`).join(', ')}`);
  if (state.what === 'feed' || state.what === 'node') return; // the status, which is asked for all the time, has it
  void loadModels();
  void loadStatus();
  void loadTriggers();
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Starts the clock of the page, and the regular questions for the status. */
export function startClock(): void {
  let perSecond: number[] = [];
  setInterval(() => {
    store.nowMs.value = Date.now();
    perSecond = [nArrived, ...perSecond].slice(0, RATE_SECONDS);
    nArrived = 0;
    store.signalsPerSecond.value = perSecond.reduce((total, n) => total + n, 0) / RATE_SECONDS;
  }, 1000);
  every(STATUS_MS, async () => {
    await catchUp();
    await (isIncomplete ? load() : loadStatus());
  });
}
