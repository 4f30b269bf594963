import { computed, signal } from '@preact/signals';
import type { Bars, Model, Shown, Status, Trigger } from './types.ts';

export const MAX_SIGNALS = 1000;
const MAX_HAPPENED = 50;
const MAX_HISTORY = 600;

export type Connection = 'connecting' | 'live' | 'offline' | 'locked';
export interface Happened {
  readonly atMs: number;
  readonly text: string;
}

export interface AccuracyPoint {
  readonly atMs: number;
  readonly accuracy: number;
  /** Outcomes it is of. */
  readonly n: number;
}

export const connection = signal<Connection>('connecting');
export const status = signal<Status | null>(null);
export const statusAtMs = signal(0);
export const nowMs = signal(Date.now());
export const models = signal<readonly Model[] | null>(null);
/** The one that moved last first. */
export const triggers = signal<readonly Trigger[] | null>(null);
export const instruments = signal<readonly string[] | null>(null);
export const instrument = signal<string | null>(null);
export const bars = signal<Bars | null>(null);
/** Newest first. */
export const shown = signal<readonly Shown[]>([]);
export const happened = signal<readonly Happened[]>([]);
export const accuracyHistory = signal<readonly AccuracyPoint[]>([]);
export const signalsPerSecond = signal(0);
export const metrics = signal<string | null>(null);
export const problem = signal<string | null>(null);
export const opened = signal<Shown | null>(null);
export const isUtc = signal(localStorage.getItem('ml4t.zone') !== 'local');
export const theme = signal<'light' | 'dark'>(firstTheme());

/** Figures older than this are shown as stale, milliseconds. */
const STALE_MS = 10_000;
export const isStale = computed(() => status.value !== null && nowMs.value - statusAtMs.value > STALE_MS);

function firstTheme(): 'light' | 'dark' {
  const kept = localStorage.getItem('ml4t.theme');
  if (kept === 'light' || kept === 'dark') return kept;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Notes what happened, the newest first. */
export function note(text: string): void {
  happened.value = [{ atMs: Date.now(), text }, ...happened.value].slice(0, MAX_HAPPENED);
}

/** Takes in a fresh status, and its rolling accuracy as a point of the line. */
export function takeStatus(next: Status): void {
  const { accuracy, n_in_window: n } = next.outcomes;
  status.value = next;
  statusAtMs.value = Date.now();
  if (accuracy !== null)
    accuracyHistory.value = [...accuracyHistory.value, { atMs: Date.now(), accuracy, n }].slice(-MAX_HISTORY);
}

/** Puts signals in, newest first; of one that is known already the newer word stands. What was held and is not among them stays. */
export function takeSignals(fresh: readonly Shown[]): void {
  const known = new Map(shown.value.map((one) => [one.enriched.signal_id, one]));
  const ids = new Set(fresh.map((one) => one.enriched.signal_id));
  const merged = fresh.map((one) => {
    const before = known.get(one.enriched.signal_id);
    return { ...one, outcome: one.outcome ?? before?.outcome ?? null };
  });
  shown.value = [...merged, ...shown.value.filter((one) => !ids.has(one.enriched.signal_id))].slice(0, MAX_SIGNALS);
}
