import { expect, test } from 'vitest';
import { inlineTrainer } from '../../app/index.ts';
import { Ml4tError } from '../../core/index.ts';
import type { Trainer } from '../../training/index.ts';
import { ContractError } from '../contract-case.ts';
import { trainerContract } from './trainer-contract.ts';

const casesOf = (make: () => Trainer) =>
  trainerContract(async () => {
    const trainer = make();
    return { trainer, dispose: () => trainer.close() };
  });

for (const { name, run } of casesOf(inlineTrainer)) test(`the calling thread: ${name}`, run);

/** A trainer with one promise broken, and the case that must notice it. */
const SABOTAGED: readonly (readonly [fault: string, noticedBy: RegExp, breakIt: (whole: Trainer) => Trainer])[] = [
  [
    'a byte is another',
    /^a training gives the bytes/,
    (whole) => ({
      ...whole,
      train: async (...given) => {
        const output = await whole.train(...given);
        return { ...output, modelBytes: output.modelBytes.map((byte, i) => (i === 99 ? byte ^ 1 : byte)) };
      },
    }),
  ],
  [
    'two at once get the first one’s model',
    /^two trainings at once/,
    (whole) => {
      let latest: ReturnType<Trainer['train']> | null = null;
      return { ...whole, train: (...given) => (latest ??= whole.train(...given).finally(() => (latest = null))) };
    },
  ],
  [
    'nothing is reported',
    /^progress/,
    (whole) => ({ ...whole, train: (request) => whole.train(request, () => undefined) }),
  ],
  [
    'a report comes late',
    /^progress/,
    (whole) => ({
      ...whole,
      train: (request, onProgress, signal) => {
        setTimeout(() => onProgress({ stage: 'labels', done: 0, total: 1 }), 1).unref();
        return whole
          .train(request, onProgress, signal)
          .finally(() => setTimeout(() => onProgress({ stage: 'labels', done: 1, total: 1 }), 5));
      },
    }),
  ],
  [
    'errors lose their class',
    /^an error arrives/,
    (whole) => ({
      ...whole,
      train: (...given) =>
        whole.train(...given).catch((error: Error) => {
          throw error instanceof Ml4tError && error.code === 'NOT_ENOUGH_BARS' ? new Error(error.message) : error;
        }),
    }),
  ],
  [
    'the signal is ignored',
    /^a training (that runs|whose signal)/,
    (whole) => ({ ...whole, train: (request, onProgress) => whole.train(request, onProgress) }),
  ],
  [
    'the signal ends every training',
    /^a training that runs/,
    (whole) => {
      const all = new AbortController();
      return {
        ...whole,
        train: (request, onProgress, signal) => {
          signal?.addEventListener('abort', () => all.abort());
          return whole.train(request, onProgress, signal?.aborted === true ? signal : all.signal);
        },
      };
    },
  ],
  ['closing does nothing', /^closing ends/, (whole) => ({ ...whole, close: async () => undefined })],
  [
    'a second close fails',
    /^closing twice/,
    (whole) => {
      let isClosed = false;
      const close = async (): Promise<void> => {
        if (isClosed) throw new Error('closed already');
        isClosed = true;
        await whole.close();
      };
      return { ...whole, close };
    },
  ],
];

test.each(SABOTAGED)('a trainer where %s is noticed', async (_, noticedBy, breakIt) => {
  const whole: Trainer[] = [];
  const cases = trainerContract(async () => {
    const trainer = inlineTrainer();
    whole.push(trainer);
    return { trainer: breakIt(trainer), dispose: () => trainer.close() };
  });
  const failed: string[] = [];
  for (const { name, run } of cases.filter(({ name }) => noticedBy.test(name))) {
    await run().catch((error: unknown) => {
      expect(error).toBeInstanceOf(ContractError);
      failed.push(name);
    });
  }
  expect(failed.length).toBeGreaterThan(0);
});
