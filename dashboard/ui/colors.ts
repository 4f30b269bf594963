import { theme } from '../data/store.ts';

/** The colour of a confidence in [0, 1]: from orange over grey to blue, which colour-blind readers can tell apart. */
export function confidenceColor(confidence: number): string {
  if (confidence < 0.45) return '#d55e00';
  if (confidence < 0.55) return '#8a8a8a';
  if (confidence < 0.65) return '#56b4e9';
  return theme.value === 'dark' ? '#b3e0ff' : '#0072b2';
}

export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly up: string;
  readonly down: string;
  readonly accent: string;
}

/** The page's colours as they stand now. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    text: of('text'),
    muted: of('muted'),
    line: of('line'),
    panel: of('panel'),
    up: of('up'),
    down: of('down'),
    accent: of('accent'),
  };
}
