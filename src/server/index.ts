export { createServer } from './create-server.ts';
export { PROBLEMS } from './problem.ts';
export type { ServerSecrets, SignalServer } from './server-options.ts';
