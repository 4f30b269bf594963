import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlotMap } from './slot-map.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', '');
const step = fc.oneof(
  fc.record({ act: fc.constant('set' as const), key }),
  fc.record({ act: fc.constant('delete' as const), key }),
);

test('behaves as a Map does, in the same order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const map = new Map<string, object>();
      const slots = new SlotMap<object>();
      steps.forEach(({ act, key: id }, n) => {
        if (act === 'set') {
          map.set(id, { n });
          slots.set(id, { n });
        } else {
          map.delete(id);
          slots.delete(id);
        }
        expect(slots.size).toBe(map.size);
        expect(slots.get(id)).toEqual(map.get(id) ?? null);
      });
      expect([...slots.keys()]).toEqual([...map.keys()]);
      expect(slots.values()).toEqual([...map.values()]);
      expect(slots.oldest).toEqual(map.values().next().value ?? null);
    }),
  );
});
