import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A declaration, by the file and the name under which it is written. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

/** One declaration file, as far as names go. */
interface Declarations {
  /** Text of each top-level declaration, by name; of overloads all together. */
  readonly texts: ReadonlyMap<string, string>;
  readonly imports: ReadonlyMap<string, Origin>;
  readonly exports: ReadonlyMap<string, Origin>;
  /** Files of `export * from`. */
  readonly all: readonly string[];
}

/** A type that a public declaration names and that no entry exports. */
export interface MissingType {
  readonly type: string;
  /** Name of the public declaration. */
  readonly namedBy: string;
}

const DECLARED =
  /^(?<exported>export )?(?:declare )?(?:abstract )?(?:class|interface|type|const|function|enum|namespace) (?<name>\w+)/;

/**
 * Walks the declarations of a package from its entries. It reads what `tsc` emits (a top-level declaration begins at column 0), so a
 * few patterns stand for a parser.
 *
 * @param entries - paths of the `.d.ts` files behind the entries of the package.
 */
export function findMissingTypes(entries: readonly string[]): {
  readonly missing: readonly MissingType[];
  /** Names that each entry exports. */
  readonly names: ReadonlyMap<string, readonly string[]>;
} {
  const files = new Map<string, Declarations>();
  const read = (file: string): Declarations => {
    const known = files.get(file) ?? readDeclarations(file);
    files.set(file, known);
    return known;
  };
  const resolve = ({ file, name }: Origin): Origin | null => {
    const { texts, imports, exports, all } = read(file);
    const exported = exports.get(name);
    if (exported !== undefined && (exported.file !== file || exported.name !== name)) return resolve(exported);
    if (texts.has(name)) return { file, name };
    const imported = imports.get(name);
    if (imported !== undefined) return resolve(imported);
    for (const other of all) {
      const found = resolve({ file: other, name });
      if (found !== null) return found;
    }
    return null;
  };
  const namesOf = (file: string): string[] => {
    const { exports, all } = read(file);
    return [...new Set([...exports.keys(), ...all.flatMap(namesOf)])];
  };
  const names = new Map(entries.map((entry) => [entry, namesOf(entry)]));
  const origins = [...names].flatMap(([file, list]) => list.map((name) => resolve({ file, name })));
  const published = new Map(origins.filter((each) => each !== null).map((each) => [keyOf(each), each]));
  const missing = new Map<string, MissingType>();
  for (const { file, name } of published.values()) {
    const text = read(file).texts.get(name) ?? '';
    for (const mentioned of mentionedIn(text, file)) {
      const origin = resolve(mentioned);
      if (origin === null || published.has(keyOf(origin))) continue;
      missing.set(keyOf(origin), { type: keyOf(origin), namedBy: name });
    }
  }
  return { missing: [...missing.values()], names };
}

function keyOf({ file, name }: Origin): string {
  return `${relative(process.cwd(), file)}#${name}`;
}

/** Names of types in a declaration: capitalized ones that are not the name of a member, and those of `import('...')`. */
function mentionedIn(text: string, file: string): Origin[] {
  const plain = text.replace(/(["'`])(?:\\.|(?!\1).)*\1(?!\))/g, '""');
  const named = [...plain.matchAll(/(?<!typeof |[\w.#$])[A-Z]\w*(?!\w|\??:|\()/g)].map(([name]) => ({ file, name }));
  const inline = [...text.matchAll(/import\(["']([^"']+)["']\)\.(\w+)/g)].flatMap(([, from, name]) => {
    const target = fileOf(file, from);
    return target === null ? [] : [{ file: target, name }];
  });
  return [...named, ...inline];
}

function readDeclarations(file: string): Declarations {
  const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const chunks = code.split(/^(?=(?:export|declare|import|abstract|class|interface|type|const|function)\b)/m);
  const texts = new Map<string, string>();
  const imports = new Map<string, Origin>();
  const exports = new Map<string, Origin>();
  const all: string[] = [];
  for (const chunk of chunks) {
    const from = /\bfrom ["']([^"']+)["']/.exec(chunk)?.[1];
    const target = from === undefined ? file : fileOf(file, from);
    const list = /^(import|export)(?: type)? \{([\s\S]*?)\}/.exec(chunk);
    const declared = DECLARED.exec(chunk)?.groups;
    if (list !== null && target !== null) {
      for (const [name, as] of pairsOf(list[2]))
        (list[1] === 'import' ? imports : exports).set(as, { file: target, name });
    } else if (/^export (?:type )?\* from/.test(chunk) && target !== null) all.push(target);
    else if (declared !== undefined) {
      const { name, exported } = declared;
      texts.set(name, (texts.get(name) ?? '') + chunk);
      if (exported !== undefined) exports.set(name, { file, name });
    }
  }
  return { texts, imports, exports, all };
}

function pairsOf(list: string): (readonly [name: string, as: string])[] {
  return list.split(',').flatMap((item) => {
    const match = /^(?:type )?(\w+)(?: as (\w+))?$/.exec(item.trim());
    return match === null ? [] : [[match[1], match[2] ?? match[1]] as const];
  });
}

/** The declaration file of a relative import; null for a package. */
function fileOf(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = join(dirname(from), specifier.replace(/\.[jt]s$/, '.d.ts'));
  return existsSync(path) ? path : null;
}
