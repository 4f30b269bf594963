import type { Feed } from '../data/types.ts';

/** A time in its two largest units: `45 s`, `3 min 20 s`, `5 h 12 min`, `2 d 4 h`. @param ms - >= 0. */
export function timePassed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, n]) => n > 0);
  if (first === -1) return '0 s';
  const shown = units.slice(first, first + 2).filter(([, n]) => n > 0);
  return shown.map(([unit, n]) => `${n} ${unit}`).join(' ');
}

/** A state in a word, with a sign that tells it without colour. */
export const STATE_WORDS: Readonly<Record<Feed['state'], string>> = {
  ok: '● ok',
  silent: '✕ silent',
  hole: '▲ hole',
  wrong_step: '▲ other length',
};

/** What a state means for signals. */
export const STATE_MEANS: Readonly<Record<Feed['state'], string>> = {
  ok: 'signals are judged',
  silent: 'signals are stale: none is taken',
  hole: 'bars are missing in the window: no signal is taken',
  wrong_step: 'bars of another length than the model’s: no signal is judged by them',
};

/** A feed of which the serving model states nothing. */
export const UNJUDGED_WORD = '○ not judged';
export const UNJUDGED_MEANS = 'no model states how its bars come: signals are judged at any age';

/** The length of a bar; nanoseconds to the unit that reads best. */
export function stepText(stepNs: number | null): string {
  return stepNs === null ? '–' : stepNs < 1e9 ? `${stepNs / 1e6} ms` : timePassed(stepNs / 1e6);
}

/** One sentence over all feeds that are not as they should be. @param faulty - the worst first. */
export function faultyTitle(faulty: readonly Feed[], nFeeds: number): string {
  const nSilent = faulty.filter(({ state }) => state === 'silent').length;
  const nOthers = faulty.length - nSilent;
  if (nSilent === 0) return `${nOthers} of ${nFeeds} feeds cannot be judged`;
  const silent = `${nSilent} of ${nFeeds} feeds ${nSilent === 1 ? 'is' : 'are'} silent`;
  return nOthers === 0 ? silent : `${silent}, ${nOthers} more cannot be judged`;
}
