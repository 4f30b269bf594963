type Json = Readonly<Record<string, unknown>>;

const REF = '#/components/schemas/';
/** Words of Python that cannot be a field of a class body. */
const KEYWORDS = /^(?:return|from|is|in|not|and|or|class|def|pass|lambda|global|with|as|None|True|False)$/;
const LINE = 118;

/**
 * The components of an OpenAPI document as Python: one `TypedDict` an object, named as in the document; an object inside another is
 * named by both, one of several by the word that tells them apart. Numbers stay numbers, texts of which a few are allowed are literals.
 *
 * @returns the module, as it stands in python/src/ml4t_client/types.py.
 */
export function pythonTypes(document: Json): string {
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Json>> };
  const types = new PythonTypes(schemas);
  for (const name of Object.keys(schemas)) types.component(name);
  const names = [...types.definitions.keys()].sort((a, b) => (a < b ? -1 : 1));
  return [
    '"""Messages of the service, made from its OpenAPI document by `npm run python:types`; a test compares the two. Do not edit."""',
    '',
    'from __future__ import annotations',
    '',
    'from typing import Literal, NotRequired, TypeAlias, TypedDict',
    '',
    `__all__ = [\n${names.map((name) => `    "${name}",\n`).join('')}]`,
    ...[...types.definitions.values()].map((definition) => `\n\n${definition}`),
    '',
  ].join('\n');
}

/** Python's types of the schemas of a document. */
export class PythonTypes {
  /** Definitions by name, each behind those that it refers to. */
  readonly definitions = new Map<string, string>();
  readonly #schemas: Readonly<Record<string, Json>>;

  constructor(schemas: Readonly<Record<string, Json>>) {
    this.#schemas = schemas;
  }

  component(name: string): string {
    if (!this.definitions.has(name)) this.#define(name, this.#schemas[name]);
    return name;
  }

  #define(name: string, schema: Json): void {
    this.definitions.set(name, ''); // a reference to itself ends here
    const definition = choicesOf(schema) === undefined ? this.#typedDict(name, schema) : this.#alias(name, schema);
    this.definitions.delete(name);
    this.definitions.set(name, definition);
  }

  #typedDict(name: string, schema: Json): string {
    const required = new Set((schema.required ?? []) as readonly string[]);
    const fields = Object.entries(schema.properties as Readonly<Record<string, Json>>).map(([field, of]) => {
      const type = this.of(`${name}${pascal(field)}`, of);
      return { field, type: required.has(field) ? type : `NotRequired[${type}]`, about: textOf(of) };
    });
    const about = textOf(schema);
    if (fields.some(({ field }) => KEYWORDS.test(field))) return functional(name, fields, about);
    const lines = fields.flatMap((field) => [
      `    ${field.field}: ${field.type}`,
      ...(field.about === '' ? [] : wrapped(`"""${field.about}"""`, '    ')),
    ]);
    const doc = about === '' ? [] : [...wrapped(`"""${about}"""`, '    '), ...(lines.length === 0 ? [] : [''])];
    return [`class ${name}(TypedDict):`, ...doc, ...(lines.length === 0 && about === '' ? ['    pass'] : lines)].join(
      '\n',
    );
  }

  /** One of several messages. */
  #alias(name: string, schema: Json): string {
    const about = textOf(schema);
    return [
      `${name}: TypeAlias = (`,
      `    ${this.#union(name, schema)}`,
      ')',
      ...(about === '' ? [] : wrapped(`"""${about}"""`, '')),
    ].join('\n');
  }

  #union(name: string, schema: Json): string {
    const choices = choicesOf(schema) ?? [];
    return union(choices.map((choice, i) => this.of(nameOfChoice(name, choice, i), choice)));
  }

  /** The type of a value. @param name - of an object that has none of its own. */
  of(name: string, schema: Json): string {
    if (typeof schema.$ref === 'string') return this.component(schema.$ref.slice(REF.length));
    if (schema.const !== undefined) return literal([schema.const]);
    if (Array.isArray(schema.enum)) return literal(schema.enum);
    if (choicesOf(schema) !== undefined) return this.#union(name, schema);
    if (Array.isArray(schema.type)) return union(schema.type.map((type) => this.of(name, { ...schema, type })));
    if (schema.type === 'array') return this.#array(name, schema);
    if (schema.type === 'object') return this.#object(name, schema);
    return SCALARS[String(schema.type)] ?? 'object';
  }

  #array(name: string, { items, prefixItems }: Json): string {
    if (Array.isArray(prefixItems))
      return `list[${union(prefixItems.map((item, i) => this.of(`${name}${i + 1}`, item as Json)))}]`;
    return `list[${items === undefined ? 'object' : this.of(`${name}Item`, items as Json)}]`;
  }

  #object(name: string, schema: Json): string {
    if (schema.properties === undefined) {
      const of = schema.additionalProperties;
      return `dict[str, ${typeof of === 'object' ? this.of(`${name}Value`, of as Json) : 'object'}]`;
    }
    this.#define(name, schema);
    return name;
  }
}

/** The schemas of which one holds; undefined where there is one schema. */
function choicesOf(schema: Json): readonly Json[] | undefined {
  return (schema.oneOf ?? (schema.type === 'object' ? undefined : schema.anyOf)) as readonly Json[] | undefined;
}

/** Name of one of several objects: by what its `type` or `what` says, else by its place; a choice of choices has that of the whole. */
function nameOfChoice(name: string, choice: Json, i: number): string {
  if (choicesOf(choice) !== undefined) return name;
  const { type, what } = (choice.properties ?? {}) as Readonly<Record<string, Json | undefined>>;
  const word = type?.const ?? what?.const;
  return typeof word === 'string' ? `${name}${pascal(word)}` : i === 0 ? name : `${name}${i + 1}`;
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'str',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  null: 'None',
};

/** The same once; literals of one kind in one word. */
function union(types: readonly string[]): string {
  const all = types.flatMap((type) => type.split(' | '));
  const literals = all.flatMap((type) => /^Literal\[(.*)\]$/.exec(type)?.[1] ?? []);
  const others = all.filter((type) => !type.startsWith('Literal['));
  return [
    ...new Set([...(literals.length === 0 ? [] : [`Literal[${[...new Set(literals)].join(', ')}]`]), ...others]),
  ].join(' | ');
}

function literal(values: readonly unknown[]): string {
  return `Literal[${values.map((value) => (typeof value === 'boolean' ? pascal(String(value)) : JSON.stringify(value))).join(', ')}]`;
}

/** A field that is a word of Python takes the other way of writing a `TypedDict`. */
function functional(name: string, fields: readonly { field: string; type: string }[], about: string): string {
  const lines = fields.map(({ field, type }) => `        "${field}": ${quoted(type)},`);
  const doc = about === '' ? [] : wrapped(`"""${about}"""`, '');
  return [`${name} = TypedDict(`, `    "${name}",`, '    {', ...lines, '    },', ')', ...doc].join('\n');
}

const quoted = (type: string): string => `"${type.replaceAll('"', "'")}"`;
const pascal = (field: string): string =>
  field.replaceAll(/(?:^|_)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
const textOf = ({ description }: Json): string =>
  typeof description === 'string' ? description.replaceAll('\\', '\\\\') : '';

/** Text of at most {@link LINE} characters a line, broken at spaces. */
function wrapped(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > LINE) {
      lines.push(indent + line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line];
}
