const NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** The number of an English month, 1 to 12, by at least three letters of its name; null for any other word. */
export function monthOf(name: string): number | null {
  const wanted = name.toLowerCase();
  const index = wanted.length < 3 ? -1 : NAMES.findIndex((each) => each.startsWith(wanted));
  return index < 0 ? null : index + 1;
}
