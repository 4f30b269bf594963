/** One promise of a contract, for any test runner: `for (const { name, run } of cases) test(name, run)`. */
export interface ContractCase {
  /** What is promised, in a few words. */
  readonly name: string;
  /** Settles when the promise is kept. @throws {ContractError} when it is broken. */
  run(): Promise<void>;
}

/** A broken promise of a contract: what was promised, and what happened. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}
