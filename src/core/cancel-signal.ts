/** What cancels work that runs: an `AbortSignal` is one. Spelled out here so that the declarations need no platform's types. */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Why; only once aborted. */
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
