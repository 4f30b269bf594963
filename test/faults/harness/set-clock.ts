// Loaded before the service (`node --import`): the wall clock of the process is off by the milliseconds in the file CLOCK_FILE.
import { readFileSync } from 'node:fs';

const { CLOCK_FILE = '' } = process.env;
const trueNow = Date.now;
const TrueDate = Date;
const offsetMs = (): number => Number(readFileSync(CLOCK_FILE, 'utf8'));

Date.now = () => trueNow() + offsetMs();
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [TrueDate.now()] : args, newTarget),
});
