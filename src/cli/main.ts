#!/usr/bin/env node
import { nodeFault } from '../app/index.ts';
import { receiveSignals } from './end-requested.ts';

receiveSignals();
const fault = nodeFault(process.versions.node);
if (fault !== null) {
  process.stderr.write(`ml4t: ${fault}\n`);
  process.exit(1);
}
// Loaded behind the check: an older Node can neither read nor link the rest.
const { run } = await import('./program.ts');
await run();
