import { configToRecord, OrchestratorConfig } from '../../config/index.ts';
import type { MetaModel } from '../../model/index.ts';
import { foreign, type Html, html } from '../page/html.ts';
import { section, table } from '../page/page.ts';

/** Origin of a report, with all that is needed to make it again. */
export interface Origin {
  /** Words of the command line after `ml4t`. */
  readonly command: readonly string[];
  /** Files of bars, in time order. */
  readonly files: readonly string[];
  /** Version of this program. */
  readonly version: string;
  /** Version of Node. */
  readonly node: string;
}

/** Names of the files without their directories, for titles. */
export function fileNames({ files }: Origin): string {
  return files.map((path) => path.split(/[\\/]/).at(-1) ?? path).join(', ');
}

type Setting = readonly [name: string, value: unknown, standard: unknown];

/** Section on the program, the data and the settings of a report. */
export function originSection(
  { command: given, files, version, node }: Origin,
  config: OrchestratorConfig,
  model: MetaModel | null,
): Html {
  const command = given.map(withoutWebhooks);
  const settings = allSettings(config);
  const changed = settings.filter(([, value, standard]) => value !== standard);
  const missing = changed.map(([name, value]) => `${name}=${value}`).filter((setting) => !command.includes(setting));
  const again = [...withoutSettingsFile(command), ...missing.flatMap((setting) => ['--set', setting])];
  const rows: [string, Html | string][] = [
    ['program', `ml4t ${version}, Node ${node}`],
    ...(model === null ? [] : modelRows(model)),
    ['bars', html`${files.map((path) => html`${foreign(path)}<br>`)}`],
    ['seed', String(config.forest.randomState)],
  ];
  return section(
    'How to make this again',
    html`<p>The same program on the same data with the same settings gives the same figures, and a training the same model, byte for byte. This was
asked:</p>
<pre id="command">${foreign(commandLine(command))}</pre>`,
    changed.length === 0
      ? html`<p>Every setting had its default.</p>`
      : html`<p>With every setting that was not a default, wherever it came from (a file, the environment, an option):</p>
<pre id="again">${foreign(commandLine(again))}</pre>`,
    table({ caption: 'Origin', head: ['', ''], words: [0, 1], rows }),
    html`<details><summary>Every setting</summary>${table({
      caption: 'Settings; those that are not defaults are marked',
      head: ['setting', 'value', 'default'],
      words: [0, 1, 2],
      rows: settings.map(([name, value, standard]) => [
        name,
        value === standard ? foreign(String(value)) : html`<strong>${foreign(String(value))} ←</strong>`,
        foreign(String(standard)),
      ]),
    })}</details>`,
  );
}

function modelRows({ version, metadata }: MetaModel): [string, Html][] {
  const fingerprint = html`<code>${metadata.dataFingerprint ?? 'unknown'}</code> (SHA-256 over the columns of the bars it learned from
and the signals given with them)`;
  return [
    ['model', html`<code>${version}</code>`],
    ['data fingerprint', fingerprint],
  ];
}

/** Every setting as text, with its default. Passwords in addresses are left out, and so are alerts, whose addresses are secrets. */
function allSettings(config: OrchestratorConfig): Setting[] {
  const standard = flatten(configToRecord(OrchestratorConfig()));
  const { alerts: _secrets, ...shown } = configToRecord(config);
  return [...flatten(shown)].map(([name, value]) => [name, value, standard.get(name)]);
}

function flatten(record: object, prefix = ''): Map<string, string> {
  const entries = Object.entries(record).flatMap(([key, value]): [string, string][] => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup ? [...flatten(value, `${prefix}${key}.`)] : [[prefix + key, withoutPassword(String(value))]];
  });
  return new Map(entries);
}

/** Hides receivers of alerts, whose addresses are secrets. */
function withoutWebhooks(word: string): string {
  return word.replace(/^((?:--set=)?alerts\.webhooks=).*$/s, '$1***');
}

/** Removes the option `--config`; the command lists the settings of the file instead. */
function withoutSettingsFile(command: readonly string[]): string[] {
  return command.filter((word, k) => !word.startsWith('--config') && (k === 0 || command[k - 1] !== '--config'));
}

/** Text of a command, quoted for a shell. */
function commandLine(words: readonly string[]): string {
  return ['ml4t', ...words].map((word) => quoted(withoutPassword(word))).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^/@:\s]*:)\S*@/g, '$1***@');
}
