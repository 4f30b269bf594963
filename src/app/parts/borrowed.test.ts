import { expect, test } from 'vitest';
import { ControlledJournal } from '../../../test/support/controlled-journal.ts';
import { borrowedJournal } from './borrowed.ts';

test('closing a borrowed journal waits for every entry, also where the last one is refused at once', async () => {
  const journal = new ControlledJournal();
  journal.isHeld = true;
  const borrowed = borrowedJournal(journal);
  const written = borrowed.append({ kind: 'settings', settingsId: 'a', settings: '{}' }, false);
  journal.append = () => Promise.reject(new Error('full'));
  const refused = borrowed.append({ kind: 'settings', settingsId: 'b', settings: '{}' }, false);
  await expect(refused).rejects.toThrow('full');
  let isClosed = false;
  const closing = borrowed.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed, 'one entry still waits').toBe(false);
  journal.flush();
  await Promise.all([written, closing]);
});
