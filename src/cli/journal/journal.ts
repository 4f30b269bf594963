import { once } from 'node:events';
import { Command, Option } from 'commander';
import { exportDecisions } from '../../app/index.ts';
import { ConditionError, count } from '../../core/index.ts';
import { keepHeapLean, writeFileBy } from '../../runtime/index.ts';
import { EXPORT_FORMATS, type ExportFormat } from '../../wire/index.ts';
import {
  addModuleOption,
  addSettingsOptions,
  nonNegativeInteger,
  type SettingsOptions,
  settingsFrom,
} from '../options.ts';
import { printJson, say } from '../show/output.ts';

const EXAMPLES = `
Examples:
  ml4t journal export decisions.parquet
  ml4t journal export decisions.ndjson --data-dir /var/lib/ml4t
  ml4t journal export - --format ndjson --after-seq 120000 | wc -l`;

/** Formats by the ending of a file's name. */
const BY_ENDING: Readonly<Record<string, ExportFormat>> = { parquet: 'parquet', ndjson: 'ndjson', jsonl: 'ndjson' };

interface ExportOptions extends SettingsOptions {
  readonly format?: ExportFormat;
  readonly afterSeq?: number;
  readonly json?: boolean;
}

/** `ml4t journal`: what a service has recorded. */
export function journalCommand(): Command {
  const journal = new Command('journal').description('What a service has recorded.').addHelpText('after', EXAMPLES);
  const command = journal
    .command('export <file>')
    .description(
      'Every recorded decision with its features and its outcome, as a table (Parquet) or as lines of JSON; also while the service runs.',
    )
    .option('--data-dir <directory>', 'where the service keeps its journal and its models (default: .ml4t)')
    .addOption(
      new Option('--format <name>', 'default: by the ending of the file, .parquet, .ndjson or .jsonl').choices(
        EXPORT_FORMATS,
      ),
    )
    .option('--after-seq <number>', 'only decisions with a higher number', nonNegativeInteger)
    .option('--json', 'one JSON object on stdout when it is written')
    .addHelpText('after', '\n- as <file> is stdout.\n\nExample:\n  ml4t journal export decisions.parquet');
  addModuleOption(addSettingsOptions(command)).action(exportJournal);
  return journal;
}

async function exportJournal(path: string, options: ExportOptions): Promise<void> {
  const { format: asked, afterSeq: after = 0, json, ...settings } = options;
  const format = asked ?? formatOf(path);
  keepHeapLean();
  const config = await settingsFrom(settings);
  const written = (write: (piece: Uint8Array) => Promise<void>): Promise<Written> =>
    writeAll(exportDecisions(config, { format, after }), write);
  const { nDecisions, nBytes } = path === '-' ? await written(toStdout) : await writeFileBy(path, written);
  if (json === true && path !== '-') printJson({ path, format, decisions: nDecisions, bytes: nBytes });
  else
    say(
      `${count(nDecisions)} decisions of ${config.server.dataDir}: ${path === '-' ? 'stdout' : path}, ${count(nBytes)} bytes`,
    );
}

interface Written {
  readonly nDecisions: number;
  readonly nBytes: number;
}

async function writeAll(
  pieces: AsyncGenerator<Uint8Array, number>,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<Written> {
  let nBytes = 0;
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return { nDecisions: next.value, nBytes };
    await write(next.value);
    nBytes += next.value.length;
  }
}

async function toStdout(piece: Uint8Array): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** @throws {ConditionError} for a name that says no format. */
function formatOf(path: string): ExportFormat {
  const format = BY_ENDING[/\.(\w+)$/.exec(path)?.[1].toLowerCase() ?? ''];
  if (format !== undefined) return format;
  throw new ConditionError(
    '--format',
    `one of ${EXPORT_FORMATS.join(', ')}, or the file's name must end with .parquet, .ndjson or .jsonl`,
    path,
  );
}
