export { createServer } from './create-server.ts';
export type { ServerSecrets, SignalServer } from './server-options.ts';
