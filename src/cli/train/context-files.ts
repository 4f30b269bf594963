import { type Command, InvalidArgumentError } from 'commander';
import { readBars } from '../../bars/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { ConditionError } from '../../core/index.ts';
import { type FeatureName, parseFeaturePath } from '../../domain/index.ts';
import type { ContextInstrument } from '../../training/index.ts';
import { type BarOptions, readingOptions } from '../options.ts';
import { recognisedLine } from '../show/bar-lines.ts';
import { say } from '../show/output.ts';

/** An instrument and the file of its bars. */
export interface ContextFile {
  readonly instrument: string;
  readonly path: string;
}

/** Adds `--context`, which may be given several times. */
export function addContextOption(command: Command): Command {
  return command.option(
    '--context <id=file>',
    'bars of another instrument that features name, e.g. BTCUSDT.BINANCE=btc.csv for momentum:BTCUSDT.BINANCE; repeatable',
    contextFile,
  );
}

function contextFile(text: string, before: readonly ContextFile[] = []): readonly ContextFile[] {
  const at = text.indexOf('=');
  const [instrument, path] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || path === '')
    throw new InvalidArgumentError('It must be an instrument and a file, e.g. BTCUSDT.BINANCE=btc.csv.');
  if (before.some((each) => each.instrument === instrument))
    throw new InvalidArgumentError(`It must name each instrument once, and names ${instrument} twice.`);
  return [...before, { instrument, path }];
}

/**
 * Reads the bars of the context.
 *
 * @param names - the features that may read them. @throws {ConditionError} for an instrument that none of them names.
 */
export async function readContext(
  files: readonly ContextFile[] = [],
  names: readonly FeatureName[],
  config: OrchestratorConfig,
  options: BarOptions,
): Promise<ContextInstrument[]> {
  const context: ContextInstrument[] = [];
  for (const { instrument, path } of files) {
    const bases = names.map(parseFeaturePath).filter((parsed) => parsed?.instrument === instrument);
    if (bases.length === 0) {
      const rule = `an instrument that a feature names, as momentum:${instrument} does`;
      throw new ConditionError('--context', rule, instrument);
    }
    const columns = config.columns.filter((column) => bases.some((parsed) => parsed?.base === column));
    const { symbol: _ofTheEvents, rename: _theirNames, ...reading } = options;
    const { bars, report } = await readBars([path], { ...readingOptions(config, reading), columns });
    say(`${instrument}: ${recognisedLine(report)}`);
    context.push({ instrument, bars });
  }
  return context;
}
