import { toSnakeCase } from '../../config/index.ts';
import { count, fixed, formatIsoNanos } from '../../core/index.ts';
import type { MetaModel } from '../../model/index.ts';
import type { ChampionMove, ModelManifest } from '../../ports/index.ts';
import { provenCost } from '../../validation/index.ts';
import { claimRows, costAt } from '../show/claim-rows.ts';
import { table } from '../show/output.ts';
import { roleOf, type Standing } from './model-directory.ts';
import { proofLine, proofRecord } from './show-proof.ts';

const HEADER = [
  'version',
  'serves',
  'verdict',
  'pays up to',
  'accuracy (majority)',
  'AUC',
  'skill',
  'samples',
  'last bar',
  'age',
  'trial',
  'quarantine',
];
const ROLES = { champion: 'now', predecessor: 'before', shadow: 'in shadow' } as const;
const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];
const UNKNOWN = '–';

/** One model as JSON: its manifest, whether it serves, and what counts as proven while it does. */
export function modelRecord(manifest: ModelManifest, standing: Standing): Record<string, unknown> {
  const role = roleOf(manifest.version, standing);
  const proof = role === 'champion' ? proofRecord(standing.champion?.proven) : {};
  return { ...(toSnakeCase(manifest) as object), serves: role, ...proof };
}

/** The models of a directory as a table. */
export function modelTable(manifests: readonly ModelManifest[], standing: Standing, nowMs: number): string[] {
  return table(
    HEADER,
    manifests.map((manifest) => {
      const { version, verdict, metrics, nSamples, lastBarTs, createdMs, trial, quarantined } = manifest;
      const role = roleOf(version, standing);
      return [
        version,
        role === null ? '' : ROLES[role],
        verdict,
        costAt(provenCost(manifest)),
        `${fixed(metrics.accuracy)} (${fixed(metrics.majorityAccuracy)})`,
        fixed(metrics.auc ?? null),
        fixed(metrics.logLossSkill ?? null),
        nSamples === null ? UNKNOWN : count(nSamples),
        lastBarTs === null ? UNKNOWN : formatIsoNanos(lastBarTs).slice(0, 16),
        ageOf(nowMs - createdMs),
        trial === null ? UNKNOWN : String(trial),
        quarantined === null ? '' : shorten(quarantined.reason),
      ];
    }),
  );
}

/** One model, a line each figure, and when it became the champion. */
export function modelLines(manifest: ModelManifest, standing: Standing, moves: readonly ChampionMove[]): string[] {
  const { version, metrics, quarantined, lastBarTs, createdMs, trial } = manifest;
  const role = roleOf(version, standing);
  const rows: [string, string][] = [
    ['version', version],
    ['serves', role === null ? 'no' : ROLES[role]],
    ...(role === 'champion' ? [['proven', proofLine(standing.champion?.proven)] as [string, string]] : []),
    ...claimRows(manifest),
    ...Object.entries(metrics).map(([name, value]): [string, string] => [wordsOf(name), figure(value)]),
    ['samples', figure(manifest.nSamples)],
    ['last bar', lastBarTs === null ? UNKNOWN : formatIsoNanos(lastBarTs)],
    ['data', manifest.dataFingerprint ?? UNKNOWN],
    ['origin', manifest.origin],
    ['parent', manifest.parent ?? UNKNOWN],
    ['kept since', timeOf(createdMs)],
    ['trial', trial === null ? UNKNOWN : String(trial)],
    ['quarantined', quarantined === null ? 'no' : `${timeOf(quarantined.atMs)}: ${quarantined.reason}`],
    ...moveRows(moves),
  ];
  return table(['', ''], rows).slice(1);
}

/** Moves of the champion, one a line. */
export function moveLines(moves: readonly ChampionMove[]): string[] {
  return moves.map(({ version, why, atMs }) => `${timeOf(atMs)}  ${version}  ${why}`);
}

/** What two models differ in, by dotted name. */
export function differences(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): Record<string, readonly [unknown, unknown]> {
  const [left, right] = [flat(one), flat(other)];
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const values = names.map((name) => [name, [left.get(name) ?? null, right.get(name) ?? null]] as const);
  return Object.fromEntries(values.filter(([, [a, b]]) => JSON.stringify(a) !== JSON.stringify(b)));
}

/** All that two models are compared by: figures, data, shape and settings. */
export function comparableRecord(manifest: ModelManifest, model: MetaModel): Record<string, unknown> {
  const { metrics, nSamples, dataFingerprint, lastBarTs, origin, parent, trial } = manifest;
  const { config, seed, firstBarTs } = model.metadata;
  return {
    ...claimsRecord(manifest),
    metrics: toSnakeCase(metrics),
    n_samples: nSamples,
    data_fingerprint: dataFingerprint,
    origin,
    parent,
    trial,
    first_bar_ts: timestamp(firstBarTs),
    last_bar_ts: timestamp(lastBarTs),
    feature_names: model.featureNames,
    ...(model.predictor.size?.trees === undefined ? {} : { n_trees: model.predictor.size.trees }),
    ...(model.learnerName === 'forest' ? {} : { learner: model.learnerName }),
    calibrator: model.calibrator.kind,
    seed,
    settings: config,
  };
}

/** The claims of a manifest, in the names of `train --json`. */
function claimsRecord(manifest: ModelManifest): Record<string, unknown> {
  const { verdict, verdictFormat, tests, paysUpToBps, primaryPaysUpToBps, cost, nEffective } = manifest;
  return toSnakeCase({ verdict, verdictFormat, tests, paysUpToBps, primaryPaysUpToBps, cost, nEffective });
}

/** The differences as a table, a column for each version. */
export function differenceTable(
  [a, b]: readonly [string, string],
  found: Readonly<Record<string, readonly [unknown, unknown]>>,
): string[] {
  return table(
    ['', a, b],
    Object.entries(found).map(([name, [left, right]]) => [name, show(left), show(right)]),
  );
}

function flat(record: object, prefix = ''): Map<string, unknown> {
  const entries = Object.entries(record).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [...flat(value, `${prefix}${name}.`)]
      : [[prefix + name, value]],
  );
  return new Map(entries);
}

function moveRows(moves: readonly ChampionMove[]): [string, string][] {
  return moves.map(({ why, atMs }) => ['champion', `${timeOf(atMs)}: ${why}`]);
}

function show(value: unknown): string {
  if (value === null) return UNKNOWN;
  if (typeof value === 'number') return figure(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function figure(value: number | null): string {
  if (value === null) return UNKNOWN;
  return Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(5)));
}

function timestamp(ns: bigint | null): string | null {
  return ns === null ? null : formatIsoNanos(ns);
}

function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function ageOf(ms: number): string {
  const [unit, size] = UNITS.find(([, least]) => ms >= least) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}

/** A table keeps one line a row. */
function shorten(reason: string): string {
  return reason.length > 40 ? `${reason.slice(0, 39)}…` : reason;
}
