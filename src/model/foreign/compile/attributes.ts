import { corrupt } from '../../corrupt-file.ts';
import type { AttributeValue, GraphConstant, GraphNode } from '../../model-graph.ts';
import { named } from '../other-kind.ts';

/** Attributes of one operator; those that the file does not set have the default of the operator. */
export class Attributes {
  readonly #op: string;
  readonly #values: Readonly<Record<string, AttributeValue>>;

  constructor({ op, attributes = {} }: GraphNode) {
    this.#op = op;
    this.#values = attributes;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#values, name);
  }

  get names(): readonly string[] {
    return Object.keys(this.#values);
  }

  ints(name: string): ArrayLike<number> {
    const value = this.#values[name];
    if (value === undefined) return [];
    return 'ints' in value ? value.ints : this.#wrong(name, 'a list of integers');
  }

  floats(name: string): ArrayLike<number> {
    const value = this.#values[name];
    if (value === undefined) return [];
    return 'floats' in value ? value.floats : this.#wrong(name, 'a list of numbers');
  }

  strings(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined) return [];
    return 'strings' in value ? value.strings : this.#wrong(name, 'a list of texts');
  }

  tensor(name: string): GraphConstant | null {
    const value = this.#values[name];
    if (value === undefined) return null;
    return 'tensor' in value ? value.tensor : this.#wrong(name, 'a tensor');
  }

  int(name: string, byDefault: number): number {
    const value = this.#values[name];
    if (value === undefined) return byDefault;
    return 'int' in value ? value.int : this.#wrong(name, 'an integer');
  }

  float(name: string, byDefault: number): number {
    const value = this.#values[name];
    if (value === undefined) return byDefault;
    return 'float' in value ? value.float : this.#wrong(name, 'a number');
  }

  string(name: string, byDefault: string): string {
    const value = this.#values[name];
    if (value === undefined) return byDefault;
    return 'string' in value ? value.string : this.#wrong(name, 'a text');
  }

  #wrong(name: string, what: string): never {
    throw corrupt(`the attribute ${named(name)} of its operator ${named(this.#op)} is not ${what}`);
  }
}
