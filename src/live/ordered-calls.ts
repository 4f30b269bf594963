interface WaitingCall {
  readonly call: () => void;
  state: 'early' | 'due' | 'dropped';
}

/** Makes calls in the order in which they were added, each once it and all before it are due. */
export class OrderedCalls {
  readonly #waiting = new Set<WaitingCall>();

  /** @param due - when the call may be made; null for at once. One that rejects drops the call. */
  add(call: () => void, due: Promise<unknown> | null): void {
    if (due === null && this.#waiting.size === 0) {
      call();
      return;
    }
    const waiting: WaitingCall = { call, state: due === null ? 'due' : 'early' };
    this.#waiting.add(waiting);
    const settle = (state: WaitingCall['state']): void => {
      waiting.state = state;
      this.#advance();
    };
    due?.then(
      () => settle('due'),
      () => settle('dropped'),
    );
  }

  #advance(): void {
    for (const waiting of this.#waiting) {
      if (waiting.state === 'early') return;
      this.#waiting.delete(waiting);
      if (waiting.state === 'due') waiting.call();
    }
  }
}
