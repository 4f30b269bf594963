import { NEARNESSES, type Nearness } from '../data/decision.ts';

export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly up: string;
  readonly down: string;
  readonly accent: string;
  /** By where a confidence lies about its break-even: from orange to blue, which colour-blind readers can tell apart. */
  readonly nearness: Readonly<Record<Nearness, string>>;
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
    nearness: Object.fromEntries(NEARNESSES.map((name) => [name, of(name)])) as Record<Nearness, string>,
  };
}
