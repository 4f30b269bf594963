import { atOnce, type Clock, ConditionError, type WallClock } from '../../core/index.ts';
import type { Journal } from '../../ports/index.ts';
import { settlesWithin } from '../../runtime/index.ts';
import type { Trainer } from '../../training/index.ts';

/** How long a service waits for its last entries in a journal that goes on, milliseconds. */
const WRITE_MS = 8000;

/** A trainer that its maker closes: whoever uses it ends his own trainings by their signals. */
export function borrowedTrainer(trainer: Trainer): Trainer {
  return {
    train: (request, onProgress, signal) => trainer.train(request, onProgress, signal),
    close: async () => undefined,
  };
}

/** What a journal throws while it takes an entry rejects, as one that it cannot write. */
async function appended(journal: Journal, ...entry: Parameters<Journal['append']>): Promise<void> {
  return journal.append(...entry);
}

/** A journal that its maker closes: closing this one waits for what was appended through it. */
export function borrowedJournal(journal: Journal): Journal {
  let last: Promise<void> = Promise.resolve();
  const append: Journal['append'] = (entry, durable) => {
    const written = appended(journal, entry, durable);
    // Entries are written in their order, but one that is refused is so at once.
    last = Promise.allSettled([last, written]).then(() => undefined);
    return written;
  };
  const close = async (deadlineMs = WRITE_MS): Promise<void> => {
    await settlesWithin(last, deadlineMs);
  };
  return new Proxy(journal, {
    get(target, name) {
      if (name === 'append') return append;
      if (name === 'close') return close;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A clock that gives numbers or throws: a promise is refused, and what it rejects with ends nothing. */
export function borrowedClock<C extends Clock & Partial<WallClock>>(clock: C): C {
  const { nowMs } = clock;
  const checked = {
    monotonicNs: () => reading('monotonicNs', clock.monotonicNs()),
    ...(nowMs !== undefined && { nowMs: () => reading('nowMs', nowMs.call(clock)) }),
  };
  return checked as Clock as C;
}

/** @throws {ConditionError} for what is no number. */
function reading(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  throw new ConditionError(`clock.${name}`, 'a function that returns a number', atOnce(value));
}
