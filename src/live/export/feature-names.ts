import type { MetaModel } from '../../model/index.ts';
import type { ModelRegistry } from '../../ports/index.ts';

export interface FeatureNamesOptions {
  readonly registry: Pick<ModelRegistry, 'list'>;
  /** Reads a kept model; null where it is not kept, or may not serve. */
  readonly find: (version: string) => Promise<Pick<MetaModel, 'featureNames'> | null>;
}

/** Names of features by the version of their model; null where they are not known. */
export type NamesByVersion = ReadonlyMap<string, readonly string[] | null>;

/** The features of kept models, in the order of their inputs. A version never changes, so each file is read once. */
export class FeatureNames {
  readonly #options: FeatureNamesOptions;
  readonly #known = new Map<string, readonly string[]>();

  constructor(options: FeatureNamesOptions) {
    this.#options = options;
  }

  /** Those of some models. */
  async of(versions: Iterable<string>): Promise<NamesByVersion> {
    const found = new Map<string, readonly string[] | null>();
    for (const version of new Set(versions)) found.set(version, await this.#read(version));
    return found;
  }

  /** Those of every kept model. */
  async ofAll(): Promise<NamesByVersion> {
    return this.of(await this.#options.registry.list());
  }

  async #read(version: string): Promise<readonly string[] | null> {
    const known = this.#known.get(version);
    if (known !== undefined) return known;
    const names = (await this.#options.find(version))?.featureNames ?? null;
    if (names !== null) this.#known.set(version, names);
    return names;
  }
}
