/**
 * Settles with the name of the first SIGTERM or SIGINT. A second one ends the process at once, which loses nothing that was
 * recorded.
 */
export function endRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = 0;
    const ask = (signal: NodeJS.Signals): void => {
      if (++asked > 1) process.exit(1);
      resolve(signal);
    };
    process.on('SIGTERM', ask);
    process.on('SIGINT', ask);
  });
}
