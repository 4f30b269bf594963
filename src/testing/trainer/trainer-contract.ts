import { inlineTrainer } from '../../app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../config/index.ts';
import { Ml4tError } from '../../core/index.ts';
import type { BarSeries } from '../../domain/index.ts';
import { simulateMarket } from '../../simulation/index.ts';
import type { Trainer, TrainingOutput, TrainingProgress, TrainingRequest } from '../../training/index.ts';
import { assertRejects, assertResolves, assertSame, caseWith } from '../assertions.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';

/** A trainer of its own, as {@link trainerContract} uses it. */
export interface TrainerSubject {
  readonly trainer: Trainer;
  /** Settings that the trainer needs to be found, for example those of its queue; the contract adds its own. */
  readonly config?: OrchestratorConfigInput;
  dispose(): Promise<void>;
}

export type TrainerFactory = () => Promise<TrainerSubject>;

type Train = (
  request: TrainingRequest,
  onProgress?: (progress: TrainingProgress) => void,
  signal?: AbortSignal,
) => Promise<TrainingOutput>;

const SEED = 11;
const { bars: BARS } = simulateMarket({ nBars: 2400, edge: 0.2, breakAt: null, seed: SEED });
/** Too few for any training. */
const FEW = BARS.slice(0, 300);
/** Maximum time for a training to end once it was cancelled or its trainer closed, milliseconds. */
const END_MS = 10_000;

/**
 * What the documentation of the port {@link Trainer} promises, a case a promise.
 *
 * @param factory - makes a trainer, for each case anew.
 * @example
 * for (const { name, run } of trainerContract(makeMine)) test(name, run);
 */
export function trainerContract(factory: TrainerFactory): readonly ContractCase[] {
  const cases: ContractCase[] = [];
  const define = (name: string, check: (subject: TrainerSubject, train: Train) => Promise<void>): void => {
    const withTrain = (subject: TrainerSubject): Promise<void> =>
      check(subject, (request, onProgress = () => undefined, signal) =>
        subject.trainer.train(request, onProgress, signal),
      );
    cases.push(caseWith(factory, name, withTrain));
  };
  resultCases(define);
  endingCases(define);
  return cases;
}

type Define = (name: string, check: (subject: TrainerSubject, train: Train) => Promise<void>) => void;

function resultCases(define: Define): void {
  define('a training gives the bytes that another trainer gives, again and again', async (subject, train) => {
    const expected = await trained(requestOf(subject, 1));
    for (const time of ['first', 'second']) {
      const output = await assertResolves(`the ${time} training succeeds`, train(requestOf(subject, 1)));
      assertSameModel(`the ${time} training`, output, expected);
      assertSame('the metrics are those of the other trainer', output.metrics, expected.metrics);
    }
  });

  define('two trainings at once do not mix', async (subject, train) => {
    const requests = [1, 2].map((seed) => requestOf(subject, seed));
    const outputs = await assertResolves('both succeed', Promise.all(requests.map((request) => train(request))));
    for (const [i, request] of requests.entries()) {
      assertSameModel(`training ${i + 1} of two at once`, outputs[i], await trained(request));
    }
  });

  define('progress is reported while it runs, in order, and never after its end', async (subject, train) => {
    const reports: TrainingProgress[] = [];
    await assertResolves(
      'the training succeeds',
      train(requestOf(subject, 1), (progress) => void reports.push(progress)),
    );
    const nReports = reports.length;
    if (nReports === 0) throw new ContractError('progress is reported: none was');
    const wrong = reports.find(({ done, total }) => !(done >= 0 && done <= total));
    assertSame('done is in [0, total]', wrong, undefined);
    await pause(50);
    assertSame('nothing is reported after the end', reports.length, nReports);
  });

  define('an error arrives with its class, its code and its sentence', async (subject, train) => {
    const request = requestOf(subject, 1, FEW);
    const expected = await errorOf(trained(request));
    const received = await errorOf(train(request));
    if (!(received instanceof Ml4tError))
      throw new ContractError(`an error keeps its class: it was ${String(received)}`);
    const { name, code, message } = expected as Ml4tError;
    assertSame(
      'the error',
      { name: received.name, code: received.code, message: received.message },
      { name, code, message },
    );
    await assertResolves('a training after one that failed succeeds', train(requestOf(subject, 1)));
  });
}

function endingCases(define: Define): void {
  define('a training whose signal is aborted before it begins is cancelled', async (subject, train) => {
    const progress = (): void => {
      throw new ContractError('a cancelled training does not begin: it reported progress');
    };
    const cancelled = train(requestOf(subject, 1), progress, AbortSignal.abort());
    await assertRejects('it is cancelled', cancelled, 'TRAINING_CANCELLED');
  });

  define('a training that runs is cancelled by its signal, and one beside it is not', async (subject, train) => {
    const cancel = new AbortController();
    const beside = train(requestOf(subject, 2));
    const cancelled = train(requestOf(subject, 1), () => cancel.abort(), cancel.signal);
    await assertRejects('it is cancelled', withinLimit(cancelled), 'TRAINING_CANCELLED');
    const output = await assertResolves('the one beside it succeeds', beside);
    assertSameModel('the one beside it', output, await trained(requestOf(subject, 2)));
  });

  define('closing ends a training that runs, and takes no more', async (subject, train) => {
    const begun = Promise.withResolvers<void>();
    const running = train(requestOf(subject, 1), () => begun.resolve());
    running.catch(() => undefined);
    await Promise.race([begun.promise, running]);
    await withinLimit(subject.trainer.close());
    await assertRejects('a training that ran when the trainer was closed', withinLimit(running), 'TRAINING_FAILED');
    await assertRejects('a training after the close', train(requestOf(subject, 1)), 'TRAINING_FAILED');
  });

  define('closing twice is closing once', async ({ trainer }) => {
    await assertResolves('the first close', withinLimit(trainer.close()));
    await assertResolves('the second close', withinLimit(trainer.close()));
  });
}

function requestOf({ config }: TrainerSubject, randomState: number, bars: BarSeries = BARS): TrainingRequest {
  const forest = { nEstimators: 12, randomState };
  return {
    instruments: [{ instrument: null, bars, side: null }],
    config: OrchestratorConfig({ ...config, forest, walkForward: { nFolds: 3 } }),
  };
}

/** What the trainer of the calling thread gives, which the others are compared with. */
function trained(request: TrainingRequest): Promise<TrainingOutput> {
  return inlineTrainer().train(request, () => undefined);
}

function assertSameModel(what: string, output: TrainingOutput, expected: TrainingOutput): void {
  const isSame =
    output.modelBytes.length === expected.modelBytes.length &&
    output.modelBytes.every((byte, i) => byte === expected.modelBytes[i]);
  if (!isSame) throw new ContractError(`${what} gives the bytes of the other trainer (seed ${SEED}): it gave others`);
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new ContractError('too few bars are refused: they were not');
}

async function withinLimit<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new ContractError(`it ends within ${END_MS} ms: it did not`)), END_MS);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
