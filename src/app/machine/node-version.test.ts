import { expect, test } from 'vitest';
import { nodeFault } from './node-version.ts';

test.each(['22.18.0', '22.20.1', '24.4.0', '24.21.0', '25.0.0', '26.1.0'])('Node %s is new enough', (version) => {
  expect(nodeFault(version)).toBeNull();
});

test.each(['16.20.2', '20.20.2', '22.17.1'])('Node %s is too old, in one sentence', (version) => {
  expect(nodeFault(version)).toBe(`Node 22.18 or later is needed, this is ${version}; install it and start again`);
});

test.each(['23.11.1', '24.3.0'])('Node %s lacks what 22.18 has', (version) => {
  expect(nodeFault(version)).toBe(
    `Node 22.18 or later of 22, or 24.4 or later, is needed, this is ${version}; install it and start again`,
  );
});
