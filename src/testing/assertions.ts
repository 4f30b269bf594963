import { isDeepStrictEqual } from 'node:util';
import { show } from '../core/index.ts';
import { type ContractCase, ContractError } from './contract-case.ts';

/** A storage or service of its own for one case. */
interface Disposable {
  /** Lets go of everything the case used. */
  dispose(): Promise<void>;
}

/** Makes a case that gets a fresh subject and disposes of it in any case; whatever it meets is a broken promise. */
export function caseWith<Subject extends Disposable>(
  factory: () => Promise<Subject>,
  name: string,
  check: (subject: Subject) => Promise<void>,
): ContractCase {
  const run = async (): Promise<void> => {
    const subject = await factory();
    try {
      await check(subject);
    } catch (error) {
      if (error instanceof ContractError) throw error;
      throw new ContractError(`${name}: it came to an error: ${String(error)}`, { cause: error });
    } finally {
      await subject.dispose();
    }
  };
  return { name, run };
}

/** @param promised - what the contract says, one clause. @throws {ContractError} where `received` is another value. */
export function assertSame(promised: string, received: unknown, expected: unknown): void {
  if (isDeepStrictEqual(received, expected)) return;
  throw new ContractError(`${promised}: ${differenceOf(received, expected)}`);
}

/** @throws {ContractError} where the promise resolves, or rejects with another code. */
export async function assertRejects(promised: string, promise: Promise<unknown>, code: string): Promise<void> {
  const received = await codeOf(promise);
  if (received !== code) throw new ContractError(`${promised}: expected ${code}, received ${received}`);
}

/** @throws {ContractError} where the promise rejects. */
export async function assertResolves<T>(promised: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw new ContractError(`${promised}: it was refused: ${String(error)}`, { cause: error });
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

/** The first place where two values differ, with what stands there. */
function differenceOf(received: unknown, expected: unknown, place = ''): string {
  const [a, b] = [entriesOf(received), entriesOf(expected)];
  if (a !== null && b !== null) {
    const key = [...new Set([...b.keys(), ...a.keys()])].find((name) => !isDeepStrictEqual(a.get(name), b.get(name)));
    if (key !== undefined) return differenceOf(a.get(key), b.get(key), `${place}[${key}]`);
  }
  const text = `expected ${show(expected)}, received ${show(received)}`;
  return place === '' ? text : `at ${place} ${text}`;
}

/** What is inside a value, by name or index; null where nothing is. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}
