import { Command } from 'commander';
import { createLiveService, type LiveProcess } from '../app/index.ts';
import type { OrchestratorConfig } from '../config/index.ts';
import { Ml4tError } from '../core/index.ts';
import type { FeatureName } from '../domain/index.ts';
import type { Logger } from '../ports/index.ts';
import { keepHeapLean, requireParts, structuredLogger } from '../runtime/index.ts';
import { endRequested } from './end-requested.ts';
import {
  addFeatureOption,
  addLabelerOption,
  addSettingsOptions,
  nonNegativeInteger,
  type SettingsOptions,
  settingsFrom,
} from './options.ts';
import { printJson } from './show/output.ts';
import { takingText } from './show/taking-texts.ts';

const EXAMPLES = `
Examples:
  ml4t serve --model models/btc.onnx
  ml4t serve --no-redis --port 0 --data-dir /var/lib/ml4t
  ml4t serve --model models/own.onnx --labeler-module my-labeler.ts
  ml4t serve --set labels.kind=given              outcomes are reported: POST /v1/outcomes
  curl -s localhost:8787/v1/status`;

/** Time that a start goes on when it is to end, milliseconds; nothing was answered yet, and the journal is whole at any moment. */
const START_MS = 4000;

interface ServeOptions extends SettingsOptions {
  readonly json?: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Answer signals over HTTP, WebSocket and Redis, write each down, and follow it to its outcome.')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <n>', 'port, 0 for a free one (default: 8787)', nonNegativeInteger)
    .option('--data-dir <directory>', 'where journal and models live (default: .ml4t)')
    .option('--redis <url>', 'redis://, rediss:// or redis-sentinel:// (default: redis://127.0.0.1:6379)')
    .option('--no-redis', 'HTTP and WebSocket only')
    .option('--model <file>', 'the model that serves, even where the data directory keeps another')
    .option('--token-file <file>', 'file with the bearer token that every request must carry')
    .option('--insecure', 'allow an address other than this machine without token and TLS')
    .option('--json', 'the first line on stdout is {"listening": "http://127.0.0.1:PORT"}')
    .addHelpText('after', EXAMPLES);
  addFeatureOption(addLabelerOption(addSettingsOptions(command)), 'columns of a model that was trained elsewhere');
  return command.action(serve);
}

async function serve({ features, json, ...settings }: ServeOptions): Promise<void> {
  const end = endRequested(); // before anything slow
  keepHeapLean();
  const config = await settingsFrom(settings);
  requireParts(config.redisEnabled ? ['server', 'redis', 'logs'] : ['server', 'logs']);
  const logger = await structuredLogger();
  const starting = createLiveService(config, {
    logger,
    isModelNamed: settings.model !== undefined,
    modelColumns: features as readonly FeatureName[] | undefined,
  });
  const live = await startedOrEnded(starting, end);
  try {
    const early = await Promise.race([end, null]);
    if (early === null) {
      const { url } = await live.listen().catch(notListening);
      logger.info(`listening on ${url}`);
      sayWhatServes(live, config, logger);
      if (json === true) printJson({ listening: url });
    }
    logger.info(`${await end}: finishing what is under way`);
  } finally {
    await live.close();
  }
  logger.info('stopped');
}

/** Ends the process where a start takes too long after its end was requested. */
async function startedOrEnded(starting: Promise<LiveProcess>, end: Promise<unknown>): Promise<LiveProcess> {
  let timer: NodeJS.Timeout | undefined;
  let isStarting = true;
  void end.then(() => {
    if (isStarting) timer = setTimeout(() => process.exit(0), START_MS);
  });
  try {
    return await starting;
  } finally {
    isStarting = false;
    clearTimeout(timer);
  }
}

/** An address that cannot be had is a failure of now and not of the command line. */
function notListening(cause: Error): never {
  throw new Ml4tError('NOT_LISTENING', cause.message, { cause });
}

function sayWhatServes({ service }: LiveProcess, { sizing }: OrchestratorConfig, logger: Logger): void {
  const { serving, halted } = service.status();
  if (halted !== null) logger.warn(`HALTED since ${halted.since}: nothing is taken until it is resumed (ml4t resume)`);
  if (serving === null) return;
  const { provenUpToBps: modelBps, primaryProvenUpToBps: primaryBps } = serving;
  logger.info(`${serving.headline.word}: ${takingText({ modelBps, primaryBps }, sizing)}`);
}
