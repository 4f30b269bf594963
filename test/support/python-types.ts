type Json = Readonly<Record<string, unknown>>;

const REF = '#/components/schemas/';
/** Words of Python that cannot be a field of a class body. */
const KEYWORDS = /^(?:return|from|is|in|not|and|or|class|def|pass|lambda|global|with|as|None|True|False)$/;
const LINE = 118;

/**
 * The components of an OpenAPI document as Python: one `TypedDict` an object, named as in the document; an object inside another is
 * named by both. Numbers stay numbers, texts of which a few are allowed are literals.
 *
 * @param roots - names of components; those that they refer to come with them.
 * @returns the module, as it stands in python/src/ml4t_client/types.py.
 */
export function pythonTypes(document: Json, roots: readonly string[]): string {
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, Json>> };
  const types = new PythonTypes(schemas);
  for (const root of roots) types.component(root);
  const names = [...types.definitions.keys()].sort((a, b) => (a < b ? -1 : 1));
  return [
    '"""Messages of the service, made from its OpenAPI document by `npm run python:types`; a test compares the two. Do not edit."""',
    '',
    'from __future__ import annotations',
    '',
    'from typing import Literal, NotRequired, TypedDict',
    '',
    `__all__ = [\n${names.map((name) => `    "${name}",\n`).join('')}]`,
    ...[...types.definitions.values()].map((definition) => `\n\n${definition}`),
    '',
  ].join('\n');
}

class PythonTypes {
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
    const definition = this.#typedDict(name, schema);
    this.definitions.delete(name);
    this.definitions.set(name, definition);
  }

  #typedDict(name: string, schema: Json): string {
    const required = new Set((schema.required ?? []) as readonly string[]);
    const fields = Object.entries(schema.properties as Readonly<Record<string, Json>>).map(([field, of]) => {
      const type = this.#of(`${name}${pascal(field)}`, of);
      return { field, type: required.has(field) ? type : `NotRequired[${type}]`, about: textOf(of) };
    });
    const about = textOf(schema);
    if (fields.some(({ field }) => KEYWORDS.test(field))) return functional(name, fields, about);
    const lines = fields.flatMap((field) => [
      `    ${field.field}: ${field.type}`,
      ...(field.about === '' ? [] : wrapped(`"""${field.about}"""`, '    ')),
    ]);
    const doc = about === '' ? [] : [...wrapped(`"""${about}"""`, '    '), ''];
    return [`class ${name}(TypedDict):`, ...doc, ...(lines.length === 0 ? ['    pass'] : lines)].join('\n');
  }

  /** The type of a value. @param name - of an object that has none of its own. */
  #of(name: string, schema: Json): string {
    if (typeof schema.$ref === 'string') return this.component(schema.$ref.slice(REF.length));
    if (schema.const !== undefined) return literal([schema.const]);
    if (Array.isArray(schema.enum)) return literal(schema.enum);
    const choices = (schema.oneOf ?? (schema.type === 'object' ? undefined : schema.anyOf)) as
      | readonly Json[]
      | undefined;
    if (choices !== undefined)
      return union(choices.map((choice, i) => this.#of(i === 0 ? name : `${name}${i + 1}`, choice)));
    if (Array.isArray(schema.type)) return union(schema.type.map((type) => this.#of(name, { ...schema, type })));
    if (schema.type === 'array') return this.#array(name, schema);
    if (schema.type === 'object') return this.#object(name, schema);
    return SCALARS[String(schema.type)] ?? 'object';
  }

  #array(name: string, { items, prefixItems }: Json): string {
    if (Array.isArray(prefixItems))
      return `list[${union(prefixItems.map((item, i) => this.#of(`${name}${i + 1}`, item as Json)))}]`;
    return `list[${items === undefined ? 'object' : this.#of(`${name}Item`, items as Json)}]`;
  }

  #object(name: string, schema: Json): string {
    if (schema.properties === undefined) {
      const of = schema.additionalProperties;
      return `dict[str, ${typeof of === 'object' ? this.#of(`${name}Value`, of as Json) : 'object'}]`;
    }
    this.#define(name, schema);
    return name;
  }
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
