import { nodeFault } from '../app/index.ts';

export { receiveSignals } from './end-requested.ts';

/** Runs the command line, or ends the process with a sentence when this Node is too old for it. */
export async function begin(): Promise<void> {
  const fault = nodeFault(process.versions.node);
  if (fault !== null) {
    process.stderr.write(`ml4t: ${fault}\n`);
    process.exit(1);
  }
  // Loaded behind the check: an older Node can neither read nor link the rest.
  const { run } = await import('./program.ts');
  await run();
}
