import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

/** The floors, the lowest first. A room imports itself and the rooms of lower floors, by their doors. */
const HOUSE: readonly (readonly string[])[] = [
  ['core'],
  ['math', 'domain'],
  ['decision', 'features', 'labeling', 'risk', 'simulation'],
  ['model'],
  ['config'],
  ['wire'],
  ['validation', 'ports'],
  ['training', 'inference', 'monitoring', 'runtime'],
  ['orchestrator'],
  ['alerts', 'bars', 'bus', 'journal', 'registry', 'trainer'],
  ['live'],
  ['report'],
  ['server'],
  ['app'],
  ['cli', 'testing'],
];
const FLOORS: Readonly<Record<string, number>> = Object.fromEntries(
  HOUSE.flatMap((rooms, floor) => rooms.map((room) => [room, floor])),
);
/** Rooms are entered by `index.ts`; the ONNX codec has its own door, so that `model` stays light without it. */
const DOOR = /^(?:[a-z]+|model[\\/]onnx)[\\/]index\.ts$/;
const HIGHEST_PURE_FLOOR = FLOORS.ports;
const IMPURE = [/\bDate\.now\(/, /\bnew Date\(\)/, /\bMath\.random\(/, /\bperformance\./, /\bprocess\./, /\bconsole\./];
const EVALUATES = [/\beval\(/, /\bnew Function\(/, /['"](?:node:)?vm['"]/];
const MAX_LINES = 400;
const MAX_FILES = 12;
const MAX_SHARE_OF_A_ROOM = 0.12;

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

/** The text between the first brace behind `from` and the brace that closes it. */
function blockAfter(code: string, from: number): string {
  const start = code.indexOf('{', from);
  let depth = 0;
  for (let i = start; i < code.length; i++) {
    if (code[i] === '{') depth++;
    if (code[i] === '}' && --depth === 0) return code.slice(start + 1, i);
  }
  throw new Error(`a block is not closed: ${code.slice(from, from + 80)}`);
}

/** What a block uses before the statement that makes it: each match of `made` names it in its first group. */
function usedTooEarly(block: string, made: RegExp, mention: (name: string) => RegExp): string[] {
  return [...block.matchAll(made)].flatMap(({ 1: name, index }) =>
    mention(name).test(block.slice(0, index)) ? [name] : [],
  );
}

/** Fields that a constructor uses, in a closure or not, before it sets them. */
function fieldsUsedTooEarly(code: string): string[] {
  return [...code.matchAll(/\bconstructor\(/g)].flatMap(({ index }) => {
    const body = blockAfter(code, code.indexOf(') {', index));
    return usedTooEarly(body, /(?<=^\s*)this\.(#?\w+) =[^=]/gm, (name) => new RegExp(`this\\.${name}\\b`));
  });
}

/** Constants of a function that it names, in a closure or not, before it makes them. Only for files without other scopes of that name. */
function constantsUsedTooEarly(code: string): string[] {
  return [...code.matchAll(/^(?:export )?(?:async )?function /gm)].flatMap(({ index }) => {
    const body = blockAfter(code, code.indexOf(' {\n', code.indexOf('):', index)));
    return usedTooEarly(body, /(?<=^ {2})const (\w+) =/gm, (name) => new RegExp(`(?<![.\\w'])${name}\\b(?!:)`));
  });
}

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
        return DOOR.test(target) || file.room === '' ? [] : [`${file.path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('only the composition names what stands behind a port', () => {
    const behindPorts = ['alerts', 'bus', 'journal', 'registry', 'trainer'];
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

  test('the door of the model room does not lead to the ONNX codec', () => {
    const imports = new Map(
      files.map((file) => [file.path, file.imports.flatMap((name) => targetOf(file, name) ?? [])]),
    );
    const reached = new Set<string>([join('model', 'index.ts')]);
    for (const path of reached) for (const target of imports.get(path) ?? []) reached.add(target);
    expect(reached.size).toBeGreaterThan(10);
    expect([...reached].filter((path) => path.startsWith(join('model', 'onnx')))).toEqual([]);
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

  test('a part of the service is made before it is used', () => {
    const live = files.filter(({ room }) => room === 'live');
    const fields = live.flatMap(({ path, code }) => fieldsUsedTooEarly(code).map((name) => `${path}: this.${name}`));
    expect(fields, 'a constructor hands out a closure over a field that it sets later').toEqual([]);
    const compositions = live.filter(({ path }) => /compose-\w+\.ts$/.test(path));
    expect(compositions.length).toBeGreaterThan(0);
    const parts = compositions.flatMap(({ path, code }) =>
      constantsUsedTooEarly(code).map((name) => `${path}: ${name}`),
    );
    expect(parts, 'a part is made with one that is made later').toEqual([]);
  });

  test('the model that serves is asked of its owner', () => {
    const reach = files.filter(({ room, code }) => room === 'live' && /inferenceLoop\.model\b/.test(code));
    expect(reach.map(({ path }) => path)).toEqual([]);
  });

  test.each([
    ['a closure', 'this.#a = new B(() => this.#b.c());\n this.#b = new B();', ['#b']],
    ['a closure with a name', 'const f = () => { this.#b.c(); };\n this.#a = f;\n this.#b = new B(f);', ['#b']],
    ['the order of dependency', 'this.#b = new B();\n this.#a = new B(() => this.#b.c());', []],
    ['a longer name', 'this.#ab = 1;\n this.#a = this.#ab;', []],
  ])('the check of fields knows %s', (_, body, found) => {
    expect(fieldsUsedTooEarly(`class A { constructor(b: B) { ${body} } }`)).toEqual(found);
  });

  test.each([
    ['a closure', 'const a = new A({ on: () => b.c() });\n  const b = new B();', ['b']],
    ['a property', 'const a = new A({\n    b,\n  });\n  const b = new B();', ['b']],
    ['the order of dependency', 'const b = new B({ a: 1 });\n  const a = new A({ b });', []],
  ])('the check of compositions knows %s', (_, body, found) => {
    expect(constantsUsedTooEarly(`function f(): A {\n  ${body}\n}`)).toEqual(found);
  });

  test('the rule of labels stands in labeling alone', () => {
    const rule = /\b(?:ptMultiplier|slMultiplier|tripleBarrier\b|resolveBarrier|metaLabels?\(|tradeReturn\()/;
    const settled = ['labeling', 'domain', 'config'];
    const homes = files.filter(({ code }) => rule.test(code));
    expect(
      homes.map(({ room }) => room),
      'the check sees the rule',
    ).toContain('labeling');
    expect(homes.filter(({ room }) => !settled.includes(room)).map(({ path }) => path)).toEqual([]);
    const makers = files.filter(({ room, code }) => room !== 'labeling' && code.includes('tripleBarrierLabeler('));
    expect(makers.map(({ path }) => path)).toEqual([join('training', 'own-parts.ts')]);
  });

  test('nothing evaluates text as code', () => {
    const wrong = files.filter((file) => EVALUATES.some((pattern) => pattern.test(file.code)));
    expect(wrong.map((file) => file.path)).toEqual([]);
  });

  test('files and folders keep a readable size', () => {
    expect(files.filter((file) => file.lines > MAX_LINES).map((file) => `${file.path}: ${file.lines}`)).toEqual([]);
    const perFolder = Map.groupBy(files, (file) => dirname(file.path));
    const crowded = [...perFolder].filter(([, inside]) => inside.length > MAX_FILES);
    expect(crowded.map(([folder, inside]) => `${folder}: ${inside.length}`)).toEqual([]);
  });

  test('no room holds more than its share of the house', () => {
    const nLines = (of: readonly SourceFile[]): number => of.reduce((sum, file) => sum + file.lines, 0);
    const perRoom = Map.groupBy(files, (file) => file.room);
    const shares = [...perRoom].map(([room, inside]) => ({ room, share: nLines(inside) / nLines(files) }));
    expect(shares.filter(({ share }) => share > MAX_SHARE_OF_A_ROOM)).toEqual([]);
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
