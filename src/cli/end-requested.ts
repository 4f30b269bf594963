/** Waits for SIGTERM or SIGINT. @returns the name of the first; a second one ends the process at once and loses no record. */
export function endRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let nSignals = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (++nSignals > 1) process.exit(1);
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
