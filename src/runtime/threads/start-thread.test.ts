import { expect, test } from 'vitest';
import { crashesOnWasmCodeGc } from './start-thread.ts';

test.each([
  ['Node 24', { node: '24.21.0', v8: '13.6.233.17-node.57' }, true],
  ['Node 22', { node: '22.23.0', v8: '12.4.254.21-node.35' }, false],
  ['Node 26', { node: '26.10.0', v8: '14.6.202.33-node.20' }, false],
  ['Bun, which says that it is Node 24', { node: '24.3.0', v8: '13.6.233.10-node.18', bun: '1.4.5' }, false],
  ['Deno with the same V8', { node: '24.2.0', v8: '13.6.233.17-rusty', deno: '2.3.0' }, false],
  ['a runtime without V8', {}, false],
])('%s', (_, versions, isAffected) => {
  expect(crashesOnWasmCodeGc(versions)).toBe(isAffected);
});
