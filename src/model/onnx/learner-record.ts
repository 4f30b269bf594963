import { ModelError } from '../../core/index.ts';
import type { ModuleSource, Own } from '../../domain/index.ts';
import { corrupt } from '../corrupt-file.ts';
import type { EncodedPredictor, Learner } from '../learner.ts';
import type { ModelGraph } from '../model-graph.ts';
import { FOREST, isBuiltIn, isForest, NAMED_LEARNERS } from '../own-learner.ts';
import { checked, nullable, objectOf, type Reader, readText } from './properties/value-readers.ts';

/** What a file says of a learner that is not the forest; of another built-in one its name, and null for the rest. */
export interface LearnerRecord {
  readonly name: string;
  /** Name of the module's file, without its directory; null for a closure. */
  readonly module: string | null;
  readonly exportName: string | null;
  /** SHA-256 over the module and its relative imports; null for a closure. */
  readonly hash: string | null;
  /** The encoded predictor in base64; null where the graph has its operators. */
  readonly bytes: string | null;
}

/** Domain and name of the operator that stands in a graph for a predictor that no other runtime can run. */
const OWN_DOMAIN = 'ml4t.learner';
const OWN_OP = 'OwnLearner';
/** Characters that are made from bytes by one call. */
const CHUNK = 8192;

/** Texts of a pattern, because a file that need not be trusted names them in sentences. */
function textLike(pattern: RegExp, rule: string): Reader<string> {
  return checked(readText, (text) => pattern.test(text), `it must be ${rule}`);
}

export const readLearner: Reader<LearnerRecord> = objectOf<LearnerRecord>({
  name: textLike(/^[a-z][a-z0-9_-]{0,39}$/, 'the name of a learner'),
  module: nullable(textLike(/^[\w.-]{1,200}$/, 'the name of a file')),
  exportName: nullable(textLike(/^[\w$]{1,200}$/, 'the name of an export')),
  hash: nullable(textLike(/^[0-9a-f]{64}$/, 'a SHA-256')),
  bytes: nullable(readText),
});

/** What the file says of a learner; null for the forest. The files of built-in learners need no module. */
export function recordLearner(own: Own<Learner>, encoded: EncodedPredictor): LearnerRecord | null {
  if (isForest(own)) return null;
  const { value, source } = own;
  return {
    name: value.name,
    module: source === null ? null : fileOf(source),
    exportName: source?.exportName ?? null,
    hash: source?.hash ?? null,
    bytes: 'bytes' in encoded ? toBase64(encoded.bytes) : null,
  };
}

/** Operators of an encoded predictor. Bytes have one operator that no runtime has, with what to load instead. */
export function graphOf(encoded: EncodedPredictor, record: LearnerRecord | null): ModelGraph {
  if ('graph' in encoded) return encoded.graph;
  const { name = '', module, exportName, hash } = record ?? {};
  const attributes = {
    name: { string: name },
    module: { string: module ?? '' },
    export_name: { string: exportName ?? '' },
    sha256: { string: hash ?? '' },
  };
  return { nodes: [{ op: OWN_OP, domain: OWN_DOMAIN, inputs: ['X'], outputs: ['raw_probability'], attributes }] };
}

/** What a reader of a graph must know before it runs it; null where any runtime can run it. */
export function noteOf(record: LearnerRecord | null): string | null {
  if (record === null || record.bytes === null) return null;
  const from = record.module === null ? 'which was no module' : `of ${record.module}`;
  return `Only the learner "${record.name}", ${from}, can read this predictor: load the file with ml4t-orchestrator and that learner.`;
}

/** The encoded predictor of a file. */
export function encodedOf({ bytes }: LearnerRecord, graph: ModelGraph): EncodedPredictor {
  return bytes === null ? { graph } : { bytes: fromBase64(bytes) };
}

/**
 * The learner of a file.
 *
 * @param handed - the learner that the caller brings. @throws {ModelError} `MODEL_LEARNER` when it is not the one of the
 * file, with what to hand in.
 */
export function learnerOf(record: LearnerRecord | undefined, handed: Own<Learner> | undefined): Own<Learner> {
  if (record === undefined) return FOREST;
  const { name, module, exportName, hash } = record;
  const builtIn = NAMED_LEARNERS.find((own) => own.value.name === name);
  if (builtIn !== undefined && module === null && hash === null) return builtIn;
  const remedy =
    module === null
      ? 'hand the learner in: { learner }'
      : `${byOption(module, exportName)}hand it in: { learner: await fromModule(new URL('./${module}', import.meta.url)${exportName === 'default' ? '' : `, '${exportName}'`}) }`;
  const fault = (what: string): ModelError =>
    new ModelError('MODEL_LEARNER', `the model was fitted by the learner "${name}"${what}; ${remedy}`);
  if (handed === undefined || isBuiltIn(handed)) throw fault(', which is not built in');
  if (handed.value.name !== name) throw fault(`, not by "${handed.value.name}"`);
  if (hash === null) return handed;
  if (handed.source === null) throw fault(' of a module, and this one is a closure, which cannot be compared with it');
  if (handed.source.hash === hash) return handed;
  throw fault(` of another version of its module (${shortOf(hash)}, not ${shortOf(handed.source.hash)})`);
}

/** What names a default export on the command line and in the settings. */
function byOption(module: string, exportName: string | null): string {
  return exportName === 'default'
    ? `name it: --learner-module ${module} (learner.kind: module and learner.module), or `
    : '';
}

function shortOf(hash: string): string {
  return hash.slice(0, 12);
}

function fileOf({ module }: ModuleSource): string {
  return module.slice(module.lastIndexOf('/') + 1);
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw corrupt('the bytes of its learner are not base64', cause);
  }
}
