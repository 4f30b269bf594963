import { expect, test } from 'vitest';
import type { LiveService, MessageBus, SignalReceipt } from '../../ports/index.ts';
import { ContractError } from '../contract-case.ts';
import { busContract } from './bus-contract.ts';
import type { BusSubject } from './bus-subject.ts';
import { MemoryBus } from './memory-bus.ts';
import { MemoryMedium } from './memory-medium.ts';

type Sabotage = (bus: MessageBus) => MessageBus;

async function inMemory(
  sabotage: Sabotage = (bus) => bus,
  disorder: (medium: MemoryMedium) => void = () => undefined,
): Promise<BusSubject> {
  const medium = new MemoryMedium();
  const first = new MemoryBus(medium);
  const opened: MessageBus[] = [];
  return {
    open: () => {
      const whole = first.reopen();
      opened.push(whole);
      return sabotage(whole);
    },
    send: async (text) => {
      first.send(text);
      disorder(medium);
    },
    answers: async () => [...first.answers],
    deadLetters: async () => first.deadLetters.map(({ code }) => code),
    nWaiting: async () => first.nWaiting,
    dispose: async () => {
      await Promise.all(opened.map((bus) => bus.stop(10)));
    },
  };
}

for (const { name, run } of busContract(() => inMemory())) test(name, run);

/** An object with some of its properties replaced. */
function override<T extends object>(whole: T, replaced: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof T];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A bus whose service is another than it was given. */
const between =
  (replace: (service: LiveService) => Partial<LiveService>): Sabotage =>
  (bus) =>
    override(bus, { start: (service) => bus.start(override(service, replace(service))) });

/** A receipt with some of its fields replaced. */
function receiptWith(receipt: SignalReceipt | Promise<SignalReceipt>, replaced: Partial<SignalReceipt>): SignalReceipt {
  return override(receipt as SignalReceipt, replaced);
}

const SABOTAGED: readonly (readonly [fault: string, noticedBy: RegExp, sabotage: Sabotage])[] = [
  [
    'acknowledges before the record',
    /before its record/,
    between((service) => ({
      submit: (message, origin) => receiptWith(service.submit(message, origin), { recorded: Promise.resolve() }),
    })),
  ],
  ['ignores that the service is not ready', /is not ready/, between(() => ({ isReady: true }))],
  [
    'submits twice',
    /^a signal is submitted/,
    between((service) => ({
      submit: (message, origin) => {
        service.submit(message, origin);
        return service.submit(message, origin);
      },
    })),
  ],
  [
    'submits as not durable',
    /^a signal is submitted/,
    between((service) => ({ submit: (message, origin) => service.submit(message, { ...origin, durable: false }) })),
  ],
  [
    'answers something else',
    /^a signal is submitted/,
    between((service) => ({
      submit: (message, origin) => receiptWith(service.submit(message, origin), { text: '{}' }),
    })),
  ],
  ['records no dead letters', /breaks a rule/, between(() => ({ recordDeadLetter: () => Promise.resolve() }))],
  [
    'feeds bars to another instrument',
    /^bars reach/,
    between((service) => ({ addBars: (_, bars) => service.addBars('B', bars) })),
  ],
  ['never says that it is up', /^the health/, (bus) => override(bus, { health: { ...bus.health, status: 'down' } })],
  ['does not call its listeners', /^the health/, (bus) => override(bus, { onStatus: () => undefined })],
  ['goes on after the stop', /^nothing is taken/, (bus) => override(bus, { stop: async () => undefined })],
  [
    'waits for ever when it stops',
    /keeps its deadline/,
    (bus) => override(bus, { stop: (deadlineMs) => bus.stop(deadlineMs === undefined ? 10 : deadlineMs + 4000) }),
  ],
  [
    'gives up what is under way when it stops',
    /^what is under way/,
    (bus) => override(bus, { stop: () => bus.stop(0) }),
  ],
];

test.each(SABOTAGED)(
  'a bus that %s is noticed',
  async (_, noticedBy, sabotage) => {
    const cases = busContract(() => inMemory(sabotage)).filter(({ name }) => noticedBy.test(name));
    expect(cases.length, 'the case is there').toBe(1);
    await expect(cases[0].run()).rejects.toBeInstanceOf(ContractError);
  },
  40_000,
);

test('a bus that changes the order is noticed', async () => {
  const disorder = ({ messages }: MemoryMedium): void => void messages.unshift(...messages.splice(-1));
  const cases = busContract(() => inMemory(undefined, disorder)).filter(({ name }) => /in the order/.test(name));
  await expect(cases[0].run()).rejects.toThrow(/the order of the submits/);
});
