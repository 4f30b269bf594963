import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type ReadBarsOptions, readBars } from '../../index.ts';

const directory = mkdtempSync(join(tmpdir(), 'written-times-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let nFiles = 0;
function file(times: readonly string[], head = 'Date'): string {
  const path = join(directory, `f${nFiles++}.csv`);
  const lines = times.map((time, k) => `${time},${k + 1},${k + 1},${k + 1},${k + 1}`);
  writeFileSync(path, `${[`${head},open,high,low,close`, ...lines].join('\n')}\n`);
  return path;
}

/** The times as ISO-8601, and what was recognised. */
async function read(times: readonly string[], options: ReadBarsOptions = {}, head?: string) {
  const { bars, report } = await readBars([file(times, head)], options);
  return {
    times: [...bars.tsEvent].map((ns) => new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19)),
    recognised: report.recognised,
    unit: report.timeUnit,
  };
}

async function refusal(times: readonly string[], options: ReadBarsOptions = {}): Promise<string> {
  const path = file(times);
  return readBars([path], options).then(
    () => 'read',
    (error: Error) => error.message.replace(`${path} `, ''),
  );
}

const NAIVE_NOTE = 'times without a zone read as UTC';

describe('dates that end with the year', () => {
  test.each([
    ['month first', ['12/01/2024', '12/13/2024'], ['2024-12-01', '2024-12-13']],
    ['day first', ['01/12/2024', '13/12/2024'], ['2024-12-01', '2024-12-13']],
    ['day first', ['01.12.2024', '13.12.2024'], ['2024-12-01', '2024-12-13']],
    ['day first', ['1-12-2024', '13-12-2024'], ['2024-12-01', '2024-12-13']],
    ['month first', ['12/1/24', '12/13/24'], ['2024-12-01', '2024-12-13']],
  ])('a day above 12 shows that they have the %s: %j', async (order, texts, dates) => {
    const { times, recognised } = await read(texts);
    expect(times).toEqual(dates.map((date) => `${date}T00:00:00`));
    expect(recognised).toEqual([`dates with the ${order}`, NAIVE_NOTE]);
  });

  test('the day may stand anywhere in the file', async () => {
    const days = Array.from({ length: 12 }, (_, k) => String(k + 1).padStart(2, '0'));
    const times = days.flatMap((date) =>
      Array.from({ length: 1440 }, (_, minute) => {
        const clock = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
        return `${date}/02/2024 ${clock}`;
      }),
    );
    expect(await refusal(times)).toBe(
      'line 2: Date must be a date that shows which is the day: say --time-format "%d/%m/%Y %H:%M" or "%m/%d/%Y %H:%M", as it is written, was "01/02/2024 00:00"',
    );
    expect((await read([...times, '13/02/2024 00:00'])).times.at(-1)).toBe('2024-02-13T00:00:00');
  });

  test.each([
    ['01/02/2024', '"%d/%m/%Y" or "%m/%d/%Y"'],
    ['01.02.24 09:30:00', '"%d.%m.%y %H:%M:%S" or "%m.%d.%y %H:%M:%S" or "%y.%m.%d %H:%M:%S"'],
    ['1-2-2024 9:30 AM', '"%d-%m-%Y %I:%M %p" or "%m-%d-%Y %I:%M %p"'],
    ['24/12/30 093000', '"%d/%m/%y %H%M%S" or "%m/%d/%y %H%M%S" or "%y/%m/%d %H%M%S"'],
  ])('%s shows nothing, and the formats are named', async (text, formats) => {
    expect(await refusal([text])).toContain(`say --time-format ${formats}`);
  });

  test('both orders in one file are refused, with both lines', async () => {
    expect(await refusal(['13/01/2024', '01/02/2024', '01/14/2024'])).toBe(
      'line 4: Date must be a date with the day first like line 2, was 01/14/2024',
    );
  });

  test('rows in no order are sorted only by a format that was said', async () => {
    const swapped = ['01/02/2024', '12/01/2024', '01/13/2024'];
    const sentence = 'must be after the row before it (12/01/2024), or sorted by --sort and --time-format';
    expect(await refusal(swapped, { sort: true })).toContain(sentence);
    const { times } = await read(swapped, { sort: true, timeFormat: '%m/%d/%Y' });
    expect(times.map((time) => time.slice(0, 10))).toEqual(['2024-01-02', '2024-01-13', '2024-12-01']);
  });

  test('a clock of twelve hours is read', async () => {
    const { times } = await read(['12/30/2024 12:15:00 AM', '12/30/2024 1:15 am', '12/30/2024 12:15:00 PM']);
    expect(times).toEqual(['2024-12-30T00:15:00', '2024-12-30T01:15:00', '2024-12-30T12:15:00']);
    expect(await refusal(['12/30/2024 13:15 PM'])).toContain('line 2: Date must be');
  });

  test.each([
    ['30-Dec-2024', '2024-12-30T00:00:00'],
    ['30 December 2024 09:30', '2024-12-30T09:30:00'],
    ['"Dec 30, 2024"', '2024-12-30T00:00:00'],
    ['2024-1-5 9:30', '2024-01-05T09:30:00'],
    ['2024-12-30 12:15 AM', '2024-12-30T00:15:00'],
  ])('the parts of %s are certain', async (text, time) => {
    expect((await read([text])).times).toEqual([time]);
  });

  test.each(['30-Dec-24', '30 Dez 2024', '2024/30/12', '31/02/2024', '2024-12/30'])('%s is refused', async (text) => {
    expect(await refusal([text])).toContain('line 2: Date must be');
  });
});

test.each(['Mon, 30 Dec 2024 00:15:00 GMT', '2024-30-12', '00:15:00'])('%s is refused, with the flag', async (text) => {
  expect(await refusal([JSON.stringify(text)])).toContain('or as --time-format says, was');
});

describe('digits that spell a date', () => {
  test.each([
    ['20241230', '2024-12-30T00:00:00'],
    ['20241230001500', '2024-12-30T00:15:00'],
  ])('%s is one, because it is UNIX time in no unit', async (text, time) => {
    expect((await read([text])).times).toEqual([time]);
  });

  test.each([
    ['202412300015', '%Y%m%d%H%M', 'ms', '2024-12-30T00:15:00', '1976-05-31'],
    ['2024123000', '%Y%m%d%H', 's', '2024-12-30T00:00:00', '2034-02-21'],
  ])('%s is UNIX time as well, and is read as was said', async (text, format, unit, date, unix) => {
    expect(await refusal([text])).toContain(`say --time-format ${format} or --time-format ${unit}`);
    expect((await read([text], { timeFormat: format })).times).toEqual([date]);
    const inUnit = await read([text], { timeFormat: unit });
    expect([inUnit.times[0].slice(0, 10), inUnit.unit]).toEqual([unix, unit]);
  });

  test.each(['20241330', '20240230', '18991230'])('%s spells none', async (text) => {
    expect(await refusal([text])).toContain('line 2: Date must be UNIX time from 1971 on');
  });
});

describe('a unit that was said', () => {
  test.each([
    ['1735516800.0', 's'],
    ['1735516800000.0', 'ms'],
    ['1735516800000000000.0', 'ns'],
  ])('is not needed for %s, which is in %s', async (text, unit) => {
    expect(await read([text])).toMatchObject({ times: ['2024-12-30T00:00:00'], unit });
  });

  test('reads times before 1971, and decimals', async () => {
    expect((await read(['-86400', '0', '86400.5'], { timeFormat: 's' })).times).toEqual([
      '1969-12-31T00:00:00',
      '1970-01-01T00:00:00',
      '1970-01-02T00:00:00',
    ]);
  });

  test.each([
    ['1735516800', 'ms', 'in ms, as --time-format says (this reads as s)'],
    ['1735516800000', 's', 'in s, as --time-format says (this reads as ms)'],
    ['2024-12-30', 's', 'an integer in s'],
    ['2024-12-30T00:00:00Z', 's', 'an integer in s'],
    ['1.5', 'ns', 'in ns, between 1678 and 2262'],
  ])('%s is refused as %s', async (text, timeFormat, rule) => {
    expect(await refusal([text], { timeFormat })).toContain(rule);
  });
});

test.each(['45656.01041667', '45656', '"45656,0104"'])('%s is named as days since 1900', async (text) => {
  expect(await refusal([text])).toContain('days since 1900, as spreadsheets count');
});

describe('the zone of written times', () => {
  test.each<[string, ReadBarsOptions, readonly string[]]>([
    ['2024-12-30 00:15:00', {}, [NAIVE_NOTE]],
    ['2024-12-30T00:15:00Z', {}, []],
    ['2024-12-30 00:15:00+00:00', {}, []],
    ['2024-12-30 00:15:00 UTC', { tz: 'Asia/Tokyo' }, []],
    ['20241230 00:15:00 UTC', { tz: 'Asia/Tokyo' }, []],
    ['2024-12-30 09:15:00', { tz: 'Asia/Tokyo' }, ['times without a zone read as Asia/Tokyo']],
    ['20241230 00:15:00', {}, [NAIVE_NOTE]],
    ['20241229 19:15:00 US/Eastern', {}, []],
    ['2024-12-30 09:15:00 Asia/Tokyo', { tz: 'Europe/Berlin' }, []],
  ])('%s with %j', async (text, options, notes) => {
    const { times, recognised } = await read([text], options);
    expect([times[0], recognised]).toEqual(['2024-12-30T00:15:00', notes]);
  });

  test('a zone that is not known, and a second one, are refused', async () => {
    const rule = 'must be in one zone that is known';
    expect(await refusal(['2024-12-30 00:15:00 Here/There'])).toContain(`line 2: Date ${rule}`);
    expect(await refusal(['2024-12-30 00:15 Asia/Tokyo', '2024-12-30 00:30 US/Eastern'])).toContain(
      `line 3: Date ${rule}`,
    );
  });

  const FOLD = ['00:30', '01:00', '01:30', '01:00', '01:30', '02:00'].map((clock) => `2024-11-03 ${clock}:00`);
  const IN_UTC = ['04:30', '05:00', '05:30', '06:00', '06:30', '07:00'].map((clock) => `2024-11-03T${clock}:00`);
  const tz = 'America/New_York';

  test('an hour that the clock showed twice is settled by the order of rows', async () => {
    expect((await read(FOLD, { tz })).times).toEqual(IN_UTC);
    expect((await read(FOLD.toReversed(), { tz })).times, 'newest first').toEqual(IN_UTC);
    expect((await read([...FOLD.slice(0, 2), ...FOLD.slice(3, 4), FOLD[5]], { tz })).times, 'hours').toEqual(
      [0, 1, 3, 5].map((k) => IN_UTC[k]),
    );
  });

  test.each([
    ['once', [0, 1, 2, 5]],
    ['three times', [0, 1, 1, 1, 5]],
    ['in no order', [0, 2, 1, 2, 1, 5]],
  ])('and refused where rows show it %s', async (_, rows) => {
    expect(
      await refusal(
        rows.map((k) => FOLD[k]),
        { tz },
      ),
    ).toContain(
      'line 3: Date must be a time with its offset from UTC, because the clock of America/New_York showed it twice',
    );
  });
});

describe('a clock that was put back, in times that name no zone', () => {
  const hours = ['2024-11-03 00:00', '2024-11-03 01:00', '2024-11-03 01:00', '2024-11-03 02:00'];
  const halves = ['2024-11-03 01:00', '2024-11-03 01:30', '2024-11-03 01:00', '2024-11-03 01:30'];

  test('is offered before a bar is called wrong', async () => {
    expect(await refusal(hours)).toContain('(where the clock was put back add --tz ZONE; else remove the wrong one)');
    expect(await refusal(halves)).toMatch(/in the zone of --tz where the clock was put back, or sorted by --sort/);
    expect(await refusal([...halves.slice(2), '2024-11-02 01:00'])).toMatch(
      /must be after the row before it \([^)]*\), or sorted/,
    );
    const zoned = hours.map((time) => `${time}:00Z`);
    expect(await refusal(zoned)).toContain('(another has other values; remove the wrong one)');
  });

  test.each([[hours], [halves]])('is read by its zone: %j', async (times) => {
    expect((await read(times, { tz: 'America/New_York' })).times).toHaveLength(4);
  });
});
