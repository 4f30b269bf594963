import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The floors, the lowest first. A room imports itself and the rooms of lower floors, by their doors. */
const HOUSE: readonly (readonly string[])[] = [
  ['core'],
  ['math', 'domain'],
  ['features', 'labeling', 'model', 'risk', 'simulation'],
  ['config'],
  ['wire'],
  ['validation', 'ports'],
  ['training', 'inference', 'monitoring', 'runtime'],
  ['orchestrator'],
  ['bars', 'bus', 'journal', 'registry', 'trainer'],
  ['live'],
  ['report'],
  ['server'],
  ['app'],
  ['cli'],
];
const FLOORS: Readonly<Record<string, number>> = Object.fromEntries(
  HOUSE.flatMap((rooms, floor) => rooms.map((room) => [room, floor])),
);
const HIGHEST_PURE_FLOOR = FLOORS.ports;
const IMPURE = [/\bDate\.now\(/, /\bnew Date\(\)/, /\bMath\.random\(/, /\bperformance\./, /\bprocess\./, /\bconsole\./];
const EVALUATES = [/\beval\(/, /\bnew Function\(/, /['"](?:node:)?vm['"]/];
const MAX_LINES = 400;
const MAX_FILES = 12;

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly code: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

const files: SourceFile[] = globSync('**/*.ts', { cwd: SRC })
  .filter((path) => !/\.(test|as|generated)\.ts$/.test(path))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    const imports = [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]);
    const room = path.includes(sep) ? path.split(sep)[0] : '';
    return { path, room, code, lines: text.split('\n').length, imports };
  });

function targetOf(file: SourceFile, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return relative(SRC, normalize(join(SRC, dirname(file.path), specifier)));
}

describe('architecture', () => {
  test('the checks see the sources', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.some((file) => file.imports.length > 3)).toBe(true);
  });

  test('CONTRIBUTING shows the same floors', () => {
    const contributing = readFileSync(join(SRC, '..', 'CONTRIBUTING.md'), 'utf8');
    expect(contributing).toContain(HOUSE.map((rooms) => rooms.join(' ')).join('\n'));
  });

  test('every room stands on a floor', () => {
    expect(files.filter((file) => file.room !== '' && !(file.room in FLOORS)).map((file) => file.path)).toEqual([]);
  });

  test('imports go to the same room or to a lower floor', () => {
    const wrong = files.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const target = targetOf(file, specifier);
        if (target === null || file.room === '') return [];
        const room = target.split(sep)[0];
        return room === file.room || FLOORS[room] < FLOORS[file.room] ? [] : [`${file.path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('a room is entered by its door', () => {
    const wrong = files.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const target = targetOf(file, specifier);
        if (target === null || target.split(sep)[0] === file.room) return [];
        return /^[a-z]+[\\/]index\.ts$/.test(target) || file.room === '' ? [] : [`${file.path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('only the composition names what stands behind a port', () => {
    const behindPorts = ['bus', 'journal', 'registry', 'trainer'];
    const wrong = files.flatMap((file) =>
      file.imports.flatMap((specifier) => {
        const room = targetOf(file, specifier)?.split(sep)[0] ?? '';
        return !behindPorts.includes(room) || room === file.room || file.room === 'app'
          ? []
          : [`${file.path} imports ${room}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('rooms up to the ports are pure', () => {
    const wrong = files
      .filter((file) => FLOORS[file.room] <= HIGHEST_PURE_FLOOR)
      .flatMap((file) => [
        ...file.imports
          .filter((specifier) => specifier.startsWith('node:'))
          .map((name) => `${file.path} imports ${name}`),
        ...IMPURE.filter((pattern) => pattern.test(file.code)).map((pattern) => `${file.path} has ${pattern}`),
      ]);
    expect(wrong).toEqual([]);
  });

  test('nothing below wire imports zod', () => {
    const ofZod = files.filter((file) => file.imports.some((name) => name === 'zod' || name.startsWith('zod/')));
    expect(
      ofZod.some((file) => file.room === 'wire'),
      'the check sees the imports of wire',
    ).toBe(true);
    expect(ofZod.filter((file) => FLOORS[file.room] < FLOORS.wire).map((file) => file.path)).toEqual([]);
  });

  test('nothing evaluates text as code', () => {
    const wrong = files.filter((file) => EVALUATES.some((pattern) => pattern.test(file.code)));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test('files and folders keep a readable size', () => {
    expect(files.filter((file) => file.lines > MAX_LINES).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
    const perFolder = Map.groupBy(files, (file) => dirname(file.path));
    const crowded = [...perFolder].filter(([, inside]) => inside.length > MAX_FILES + 1);
    expect(crowded.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([]);
  });

  test('no file imports in a circle', () => {
    const graph = new Map(
      files.map((file) => [file.path, file.imports.flatMap((specifier) => targetOf(file, specifier) ?? [])]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });
});
