import { type CancelSignal, TrainingError } from '../core/index.ts';

/** The error of a training that was cancelled; the signal's own reason is its cause. */
export function cancelledError({ reason }: CancelSignal): TrainingError {
  return new TrainingError('TRAINING_CANCELLED', 'the training was cancelled', { cause: reason });
}

/**
 * Settles with `work`, or rejects at once when the signal is aborted; `work` then ends unheard.
 *
 * @param errorOf - the error of an aborted signal.
 */
export function orCancelled<T>(
  work: Promise<T>,
  signal: CancelSignal | undefined,
  errorOf: (signal: CancelSignal) => Error = cancelledError,
): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => undefined); // it may reject after the abort
  if (signal.aborted) return Promise.reject(errorOf(signal));
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(errorOf(signal));
    signal.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
