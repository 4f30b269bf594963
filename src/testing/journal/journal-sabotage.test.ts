import { describe, expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { JournalError } from '../../core/index.ts';
import { BarSeries, NO_COLUMNS } from '../../domain/index.ts';
import type { BarsEntry, Journal, JournalEntry, JournalRecovery, RecoveryLimits } from '../../ports/index.ts';
import { type ContractCase, ContractError } from '../contract-case.ts';
import { journalContract } from './journal-contract.ts';
import type { JournalFactory } from './journal-subject.ts';
import { MemoryJournal } from './memory-journal.ts';

/** A wrong implementation, as a few methods in the place of the right ones. `seen`: all that was ever appended. */
type Wrong = (right: MemoryJournal, seen: readonly JournalEntry[]) => Partial<Journal>;

interface Sabotage {
  /** Name of the case that must notice it. */
  readonly breaks: string;
  readonly wrong?: Wrong;
  readonly reopen?: (right: MemoryJournal) => MemoryJournal;
}

function sabotaged({ wrong = () => ({}), reopen = (right) => right.reopen() }: Sabotage): JournalFactory {
  return async () => {
    const seen: JournalEntry[] = [];
    let right: MemoryJournal = new ControlledJournal();
    const wrap = (): Journal => {
      const now = right;
      const { append, ...methods } = wrong(now, seen) as Partial<Journal>;
      const take = append ?? now.append.bind(now);
      const journal: Journal = {
        health: now.health,
        append: (entry, durable) => {
          seen.push(entry);
          return take(entry, durable);
        },
        findSignal: (id) => now.findSignal(id),
        signalIds: () => now.signalIds(),
        readBars: (ids) => now.readBars(ids),
        history: (id, barType) => now.history(id, barType),
        signalsAfter: (after, limit) => now.signalsAfter(after, limit),
        outcomesAfter: (after, limit) => now.outcomesAfter(after, limit),
        promisesAfter: (version, after, limit) => now.promisesAfter(version, after, limit),
        findSettings: (id) => now.findSettings(id),
        triggers: (limit) => now.triggers(limit),
        recover: (limits) => now.recover(limits),
        onStatus: (listener) => now.onStatus(listener),
        close: () => now.close(),
      };
      const health = { get: () => methods.health ?? now.health };
      const { health: _, ...rest } = methods;
      return Object.defineProperty(Object.assign(journal, rest), 'health', health);
    };
    return {
      journal: wrap(),
      reopen: async () => {
        right = reopen(right);
        return wrap();
      },
      setFull: (isFull) => right instanceof ControlledJournal && right.setStatus(isFull ? 'full' : 'ok'),
      dispose: async () => undefined,
    };
  };
}

/** An implementation that says an entry is written where it was refused. */
const swallowing =
  (kind: JournalEntry['kind']): Wrong =>
  (right) => ({
    append: (entry, durable) =>
      entry.kind === kind ? right.append(entry, durable).catch(() => undefined) : right.append(entry, durable),
  });

/** An implementation that does not look at a limit. */
const unlimited =
  (limit: keyof RecoveryLimits): Wrong =>
  (right) => ({ recover: (limits) => right.recover({ ...limits, [limit]: 1e9 }) });

/** An implementation whose recovery differs in a few fields. */
const recovering =
  (change: (recovery: JournalRecovery, seen: readonly JournalEntry[]) => Partial<JournalRecovery>): Wrong =>
  (right, seen) => ({
    recover: async (limits) => {
      const recovery = await right.recover(limits);
      return { ...recovery, ...change(recovery, seen) };
    },
  });

/** An entry whose series has lost its bar type. */
function untyped(entry: JournalEntry): JournalEntry {
  return 'barType' in entry ? { ...entry, barType: null } : entry;
}

const isBars = (entry: JournalEntry): entry is BarsEntry => entry.kind === 'bars';

const SABOTAGES: readonly Sabotage[] = [
  {
    breaks: 'an entry whose promise resolved is found by every read that begins later',
    wrong: (right) => ({
      findSignal: async (id) => (right.signals.at(-1)?.signalId === id ? null : right.findSignal(id)),
    }),
  },
  { breaks: 'an entry whose promise resolved is there after a kill -9', reopen: () => new MemoryJournal() },
  {
    breaks: 'entries are written in the order of the calls',
    wrong: (right) => {
      const stack: (() => void)[] = [];
      return {
        append: (entry, durable) =>
          new Promise((resolve, reject) => {
            stack.push(() => right.append(entry, durable).then(resolve, reject));
            queueMicrotask(() => stack.pop()?.());
          }),
      };
    },
  },
  {
    breaks: 'bars with an id that was given are refused, and the entries beside them are written',
    wrong: swallowing('bars'),
  },
  { breaks: 'a signal whose id is recorded is refused, and the first record stands', wrong: swallowing('signal') },
  { breaks: 'an outcome of a signal that is not recorded, or is flat, is refused', wrong: swallowing('outcome') },
  { breaks: 'another outcome of a signal is refused, and the first stands', wrong: swallowing('outcome') },
  {
    breaks: 'the outcome that a signal has resolves and changes nothing',
    wrong: recovering((_, seen) => ({ nOutcomes: seen.filter(({ kind }) => kind === 'outcome').length })),
  },
  {
    breaks: 'a dead letter of a stream entry that has one resolves',
    wrong: (right, seen) => ({
      append: (entry, durable) => {
        const nLetters = seen.filter((each) => each.kind === 'dead_letter').length;
        const isRepeated = entry.kind === 'dead_letter' && nLetters > 1;
        return isRepeated ? Promise.reject(new Error('duplicate key')) : right.append(entry, durable);
      },
    }),
  },
  {
    breaks: 'settings that are recorded resolve, and the first record stands',
    wrong: (_, seen) => ({
      findSettings: async (id) => {
        const last = seen.findLast((entry) => entry.kind === 'settings' && entry.settingsId === id);
        return last?.kind === 'settings' ? last.settings : null;
      },
    }),
  },
  {
    breaks: 'the health counts what waits and what is written',
    wrong: () => ({ health: { status: 'ok', reason: null, nQueued: 0, nWritten: 0 } }),
  },
  {
    breaks: 'close writes what is queued',
    wrong: (right) => {
      const waiting: ((error: Error) => void)[] = [];
      return {
        append: (entry, durable) =>
          entry.kind === 'signal' ? new Promise((_, reject) => waiting.push(reject)) : right.append(entry, durable),
        close: async () => {
          for (const reject of waiting) reject(new JournalError('JOURNAL_FAILED', 'closed'));
        },
      };
    },
  },
  { breaks: 'after close nothing is taken', wrong: () => ({ close: async () => undefined }) },
  {
    breaks: 'a signal is read back as it was written',
    wrong: (right) => ({
      findSignal: async (id) => {
        const found = await right.findSignal(id);
        return found && { ...found, features: found.features && Float64Array.from(Float32Array.from(found.features)) };
      },
    }),
  },
  {
    breaks: 'a signal is found by its exact id, with its outcome',
    wrong: (right) => ({ findSignal: (id) => right.findSignal(id.trim()) }),
  },
  {
    breaks: 'a signal is found by its exact id, with its outcome',
    wrong: (right) => ({ findSignal: (id) => right.findSignal(id.toLowerCase()) }),
  },
  {
    breaks: 'signalIds gives the id of every signal written before the call',
    wrong: (right) => ({
      async *signalIds() {
        for await (const ids of right.signalIds()) return yield ids;
      },
    }),
  },
  {
    breaks: 'signalIds may be left early, and begins anew',
    wrong: (right) => {
      const once = right.signalIds();
      return { signalIds: () => once };
    },
  },
  {
    breaks: 'readBars gives the bars in the order of the ids, bit for bit',
    wrong: (right) => ({ readBars: (ids) => right.readBars(ids.toSorted()) }),
  },
  {
    breaks: 'readBars gives taker volumes where all of the bars have one',
    wrong: (right) => ({
      readBars: async (ids) => BarSeries.fromChecked({ ...(await right.readBars(ids)), takerBuyVolume: null }),
    }),
  },
  {
    breaks: 'columns of the sender come with their bars',
    wrong: (right) => ({
      readBars: async (ids) => BarSeries.fromChecked({ ...(await right.readBars(ids)), columns: NO_COLUMNS }),
    }),
  },
  {
    breaks: 'readBars of an id that was never given is damage',
    wrong: (right) => ({ readBars: (ids) => right.readBars(ids).catch(() => right.readBars(new Float64Array())) }),
  },
  {
    breaks: 'history has every bar of the instrument, the last word on each, in order of time',
    wrong: (_, seen) => ({
      history: async (id) => {
        const firstWord = new MemoryJournal();
        let firstId = 0;
        for (const run of seen.filter(isBars).reverse()) {
          void firstWord.append({ ...run, firstId }, false);
          firstId += run.bars.length;
        }
        return firstWord.history(id, null);
      },
    }),
  },
  {
    breaks: 'history has the signals of the instrument that are not flat, in the order written',
    wrong: (right) => ({
      history: async (id) => {
        const { bars, signals } = await right.history(id, null);
        return { bars, signals: signals.toSorted((a, b) => (a.entryTs < b.entryTs ? -1 : 1)) };
      },
    }),
  },
  {
    breaks: 'history has the outcomes that were reported, and those that were resolved not',
    wrong: (right) => ({
      history: async (id, barType) => {
        const { bars, signals } = await right.history(id, barType);
        return { bars, signals: signals.map((trade) => ({ ...trade, told: null })) };
      },
    }),
  },
  {
    breaks: 'history of an instrument that is not known is empty',
    wrong: (right, seen) => ({
      history: (id) => {
        const known = seen.filter(isBars).find(({ instrumentId }) => instrumentId.startsWith(id));
        return right.history(known?.instrumentId ?? id, null);
      },
    }),
  },
  {
    breaks: 'two bar types of an instrument are two series',
    wrong: (right) => ({ append: (entry, durable) => right.append(untyped(entry), durable) }),
  },
  {
    breaks: 'findSettings gives the text under an id, or null',
    wrong: (_, seen) => ({
      findSettings: async (id) => {
        const found = seen.find((entry) => entry.kind === 'settings' && entry.settingsId.endsWith(id));
        return found?.kind === 'settings' ? found.settings : null;
      },
    }),
  },
  {
    breaks: 'triggers gives the latest moves, oldest first',
    wrong: (right) => ({ triggers: async (limit) => (await right.triggers(1e9)).slice(-limit) }),
  },
  { breaks: 'recover of an empty journal has nothing', wrong: recovering(() => ({ nextBarId: 1 })) },
  {
    breaks: 'recover: the id of the next bar is one more than the highest',
    wrong: recovering((_, seen) => ({ nextBarId: seen.filter(isBars).reduce((n, { bars }) => n + bars.length, 0) })),
  },
  {
    breaks: 'recover: instruments in the order of their latest bars, at most maxInstruments',
    wrong: unlimited('maxInstruments'),
  },
  {
    breaks: 'recover: instruments in the order of their latest bars, at most maxInstruments',
    wrong: recovering(({ instruments }) => ({
      instruments: instruments.toSorted((a, b) => a.instrumentId.localeCompare(b.instrumentId)),
    })),
  },
  { breaks: 'recover: of each instrument the latest bars by time, at most heldBars', wrong: unlimited('heldBars') },
  {
    breaks: 'recover: of a bar that was revised the last word, under its own id',
    wrong: recovering(({ instruments }) => ({
      instruments: instruments.map((known) => ({ ...known, ids: known.ids.map((_, i) => 1 + i) })),
    })),
  },
  {
    breaks: 'recover: taker volumes where any bar has one',
    wrong: recovering(({ instruments }) => ({
      instruments: instruments.map((known) => ({
        ...known,
        bars: BarSeries.fromChecked({ ...known.bars, takerBuyVolume: null }),
      })),
    })),
  },
  {
    breaks: 'recover: columns of the sender where any bar has a value',
    wrong: recovering(({ instruments }) => ({
      instruments: instruments.map((known) => ({
        ...known,
        bars: BarSeries.fromChecked({ ...known.bars, columns: NO_COLUMNS }),
      })),
    })),
  },
  {
    breaks: 'recover: open signals are neither flat nor ended, at most maxOpen of the latest',
    wrong: unlimited('maxOpen'),
  },
  {
    breaks: 'recover: matured outcomes have a label, at most window of the latest written',
    wrong: unlimited('window'),
  },
  { breaks: 'recover: the latest answers, at most maxAnswers, oldest first', wrong: unlimited('maxAnswers') },
  {
    breaks: 'recover: the counts are of everything, whatever the limits',
    wrong: recovering(({ answers }) => ({ nSignals: answers.length })),
  },
  {
    breaks: 'recover: the first move of every retraining without an end',
    wrong: recovering(({ openTriggers }, seen) => ({
      openTriggers: openTriggers.map((open) => {
        const last = seen.findLast((entry) => entry.kind === 'trigger' && entry.triggerId === open.triggerId);
        return last?.kind === 'trigger' ? last : open;
      }),
    })),
  },
  {
    breaks: 'while it is full, what somebody waits for is dropped, and anything else is kept until it is written',
    wrong: (right) => ({ append: (entry) => right.append(entry, true) }),
  },
  {
    breaks: 'while it is full, what somebody waits for is dropped, and anything else is kept until it is written',
    wrong: (right) => ({
      append: (entry, durable) => {
        void right.append(entry, false); // it is refused, and written all the same
        return right.append(entry, durable);
      },
    }),
  },
  {
    breaks: 'every change of status is heard once, with the health as it is then',
    wrong: () => ({ onStatus: () => undefined }),
  },
  {
    breaks: 'every change of status is heard once, with the health as it is then',
    wrong: (right) => ({
      onStatus: (listener) => {
        right.onStatus(listener);
        right.onStatus(listener);
      },
    }),
  },
  {
    breaks: 'signalsAfter and outcomesAfter give what has a higher number, in the order of the numbers',
    wrong: (right) => ({ signalsAfter: (after, limit) => right.signalsAfter(Math.max(0, after - 1), limit) }),
  },
  {
    breaks: 'signalsAfter and outcomesAfter give what has a higher number, in the order of the numbers',
    wrong: (right) => ({ outcomesAfter: async (after) => right.outcomesAfter(after, 1000) }),
  },
  {
    breaks: 'recover: the entries of the last detector, from its start on, at most maxPoints',
    wrong: recovering((_, seen) => ({ detector: seen.filter((entry) => entry.kind === 'detector') })),
  },
  {
    breaks: 'recover: the entries of the last detector, from its start on, at most maxPoints',
    wrong: unlimited('maxPoints'),
  },
  {
    breaks: 'promisesAfter gives what one model promised and what came of it',
    wrong: (right) => ({ promisesAfter: (_, after, limit) => right.promisesAfter('other', after, limit) }),
  },
  {
    breaks: 'promisesAfter gives what one model promised and what came of it',
    wrong: (right) => ({ promisesAfter: (version, after) => right.promisesAfter(version, after, 1000) }),
  },
  {
    breaks: 'recover: the last halt, or end of one',
    wrong: recovering((_, seen) => ({ halt: seen.find((entry) => entry.kind === 'halt') ?? null })),
  },
  {
    breaks: 'signals and outcomes are numbered from 1, without gaps where one was refused',
    wrong: (right, seen) => ({
      findSignal: async (id) => {
        const found = await right.findSignal(id);
        const seq = seen.findIndex((entry) => entry.kind === 'signal' && entry.signalId === id) - 1; // settings, bars
        return found === null ? null : { ...found, seq };
      },
    }),
  },
  {
    breaks: 'a signal that is dropped leaves no gap in the numbers',
    wrong: (right, seen) => ({
      findSignal: async (id) => {
        const found = await right.findSignal(id);
        const seq = seen
          .filter(({ kind }) => kind === 'signal')
          .findIndex((entry) => 'signalId' in entry && entry.signalId === id);
        return found === null ? null : { ...found, seq: seq + 1 };
      },
    }),
  },
  {
    breaks: 'recover: every judgement of the chain, oldest first',
    wrong: recovering(({ judgements }) => ({ judgements: judgements.slice(-50) })),
  },
];

function casesOf(sabotage: Sabotage): readonly ContractCase[] {
  return journalContract(sabotaged(sabotage), { canBeFull: true });
}

describe('a wrong journal is noticed', () => {
  test.each(SABOTAGES)('$breaks', async (sabotage) => {
    const { run } = casesOf(sabotage).find(({ name }) => name === sabotage.breaks) ?? {};
    await expect(run?.()).rejects.toBeInstanceOf(ContractError);
  });

  test('by every case', () => {
    const proven = new Set(SABOTAGES.map(({ breaks }) => breaks));
    const names = casesOf({ breaks: '' }).map(({ name }) => name);
    expect(names.filter((name) => !proven.has(name))).toEqual([]);
  });

  test('and the same wrapping of the right one is not', async () => {
    for (const { run } of casesOf({ breaks: '' })) await run();
  });
});
