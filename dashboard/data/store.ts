import { computed, signal } from '@preact/signals';
import { hasTrade } from './decision.ts';
import type { Barriers, Bars, Detector, Model, Outcome, Shown, Status, Trigger, TrustReport } from './types.ts';

/** Maximum number of signals on this page. */
export const MAX_SIGNALS = 1000;
/** Maximum number of notes of what happened. */
const MAX_HAPPENED = 50;

export type Connection = 'connecting' | 'live' | 'offline' | 'locked';
export interface Happened {
  readonly atMs: number;
  readonly text: string;
}

export const connection = signal<Connection>('connecting');
export const status = signal<Status | null>(null);
export const statusAtMs = signal(0);
export const nowMs = signal(Date.now());
export const models = signal<readonly Model[] | null>(null);
/** Whether the serving model may be believed. */
export const trust = signal<TrustReport | null>(null);
/** Retrainings, the one that moved last first. */
export const triggers = signal<readonly Trigger[] | null>(null);
/** Null before it is loaded, and where there is none. */
export const detector = signal<Detector | null>(null);
export const instruments = signal<readonly string[] | null>(null);
export const instrument = signal<string | null>(null);
/** Which series of the chosen instrument is shown; null for the one without a bar type. */
export const barType = signal<string | null>(null);
/** The last bars of the chosen instrument; null while they are loaded. */
export const bars = signal<Bars | null>(null);
/** Signals, newest first. */
export const shown = signal<readonly Shown[]>([]);
/** Open trades of the chosen instrument, newest first. */
export const openTrades = computed(() =>
  shown.value.filter(({ enriched, outcome }) => {
    return enriched.signal_event.instrument_id === instrument.value && hasTrade(enriched) && outcome === null;
  }),
);
export const happened = signal<readonly Happened[]>([]);
export const signalsPerSecond = signal(0);
export const metrics = signal<string | null>(null);
export const problem = signal<string | null>(null);
export const opened = signal<Shown | null>(null);
export const isUtc = signal(localStorage.getItem('ml4t.zone') !== 'local');
export const theme = signal<'light' | 'dark'>(firstTheme());

/** Age from which figures are shown as stale, milliseconds. */
const STALE_MS = 10_000;
export const isStale = computed(() => status.value !== null && nowMs.value - statusAtMs.value > STALE_MS);

function firstTheme(): 'light' | 'dark' {
  const chosen = localStorage.getItem('ml4t.theme');
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Notes what happened, the newest first. */
export function note(text: string): void {
  happened.value = [{ atMs: Date.now(), text }, ...happened.value].slice(0, MAX_HAPPENED);
}

/** Shows a fresh status. */
export function takeStatus(next: Status): void {
  status.value = next;
  statusAtMs.value = Date.now();
}

/** Puts signals, newest first, before those that are there; one that is there already is replaced, and keeps its end and barriers. */
export function takeSignals(fresh: readonly Shown[]): void {
  const known = new Map(shown.value.map((one) => [one.enriched.signal_id, one]));
  const ids = new Set(fresh.map((one) => one.enriched.signal_id));
  const merged = fresh.map((one) => {
    const before = known.get(one.enriched.signal_id);
    const outcome = one.outcome ?? before?.outcome ?? null;
    const barriers = outcome === null ? (one.barriers ?? before?.barriers ?? null) : null;
    return { ...one, outcome, barriers };
  });
  const others = shown.value.filter((one) => !ids.has(one.enriched.signal_id));
  // Those that were missed are older than what came meanwhile.
  shown.value = [...merged, ...others].sort(byNumber).slice(0, MAX_SIGNALS);
}

/** The highest number first. */
function byNumber(a: Shown, b: Shown): number {
  return (b.enriched.seq ?? 0) - (a.enriched.seq ?? 0);
}

/** Puts outcomes to their signals. */
export function takeOutcomes(outcomes: readonly Outcome[]): void {
  if (outcomes.length === 0) return;
  const ended = new Map(outcomes.map((outcome) => [outcome.signal_id, outcome]));
  shown.value = shown.value.map((one) => {
    const outcome = ended.get(one.enriched.signal_id);
    return outcome === undefined ? one : { ...one, outcome, barriers: null };
  });
}

/** Removes answers with a higher number, which were never recorded. @returns how many. */
export function dropAfter(seq: number): number {
  const before = shown.value.length;
  shown.value = shown.value.filter(({ enriched }) => (enriched.seq ?? 0) <= seq);
  return before - shown.value.length;
}

/** Puts the barriers of an open trade in; null where they are not known any more. */
export function takeBarriers(id: string, barriers: Barriers | null): void {
  shown.value = shown.value.map((one) => {
    const isOpen = one.enriched.signal_id === id && one.outcome === null;
    return isOpen ? { ...one, barriers } : one;
  });
}
