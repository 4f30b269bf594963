#!/usr/bin/env node
// Nothing is imported before signals are received: the first process of a container loses those that come earlier.
let early: NodeJS.Signals | null = null;
const note = (signal: NodeJS.Signals): void => {
  early ??= signal;
};
process.on('SIGTERM', note).on('SIGINT', note);

const { begin, receiveSignals } = await import('./begin.ts');
receiveSignals(early);
process.off('SIGTERM', note).off('SIGINT', note);
await begin();

export {};
