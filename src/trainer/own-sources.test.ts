import { expect, test } from 'vitest';
import { sourcesOf } from './own-sources.ts';

test('a closure is refused with the remedy, a module travels as plain data', () => {
  const source = { module: 'file:///features.ts', exportName: 'default', hash: 'f'.repeat(64) };
  expect(sourcesOf()).toEqual({});
  expect(structuredClone(sourcesOf({ features: { value: [], source } }))).toEqual({ features: source });
  const closure = () => sourcesOf({ features: { value: [], source: null } });
  expect(closure).toThrow(
    "the features of this training cannot go to another thread, which loads a module only: hand in await fromModule(new URL('./my-features.ts', import.meta.url)), or train with inlineTrainer()",
  );
});
