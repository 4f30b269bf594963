/** What a model proved, in a fixed sequence: nothing, to know, to choose, to pay. */
export const VERDICTS = ['none', 'information', 'selection', 'edge'] as const;
export type Verdict = (typeof VERDICTS)[number];
