export { createServer } from './create-server.ts';
export { PROBLEMS, type Problem, type ProblemCode } from './problem.ts';
export type { ServerOptions, ServerSecrets, SignalServer } from './server-options.ts';
