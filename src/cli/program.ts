import { createRequire } from 'node:module';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { Ml4tError, printable, withoutCredentials } from '../core/index.ts';
import { barsCommand } from './bars/bars.ts';
import { calibrateCommand } from './calibrate/calibrate.ts';
import { demoCommand } from './demo/demo.ts';
import { doctorCommand } from './doctor.ts';
import { endAtOnce } from './end-requested.ts';
import { enrichCommand } from './enrich.ts';
import { featuresCommand } from './features/features.ts';
import { initCommand } from './init/init.ts';
import { inspectCommand } from './inspect.ts';
import { journalCommand } from './journal/journal.ts';
import { modelsCommand } from './models/models.ts';
import { replayCommand } from './replay/replay.ts';
import { serveCommand } from './serve.ts';
import { alertsCommand } from './service/alerts.ts';
import { haltCommand, resumeCommand } from './service/halt.ts';
import { say } from './show/output.ts';
import { tone } from './show/tone.ts';
import { simulateCommand } from './simulate.ts';
import { trainCommand } from './train/train.ts';
import { workerCommand } from './worker.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
/** Time after which a command that failed is ended although something is still open, milliseconds. */
const LINGER_MS = 500;

/** Returns to the directory of the caller, to which paths are relative: `npm run ml4t` starts in the clone. */
function returnToCaller(): void {
  const { INIT_CWD, npm_package_name } = process.env;
  if (INIT_CWD !== undefined && npm_package_name === 'ml4t-orchestrator') process.chdir(INIT_CWD);
}

/** Commands that finish what is under way when they are to end. */
const FINISHING: ReadonlySet<string> = new Set(['serve', 'worker']);

function program(): Command {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const root = new Command('ml4t')
    .description(
      'Take or skip: what a trading signal is worth after its cost, whether that was ever proven, and so how much to bet.',
    )
    .version(version)
    .addHelpText(
      'after',
      '\nStart here:\n  ml4t demo\n  ml4t init my-research\n  ml4t train bars.csv --model models/mine.onnx\n  ml4t replay bars.csv --model models/mine.onnx',
    );
  const commands = [
    trainCommand,
    calibrateCommand,
    enrichCommand,
    replayCommand,
    serveCommand,
    haltCommand,
    resumeCommand,
    workerCommand,
    initCommand,
    barsCommand,
    simulateCommand,
    modelsCommand,
    alertsCommand,
    inspectCommand,
    journalCommand,
    featuresCommand,
    doctorCommand,
    demoCommand,
  ];
  for (const make of commands) root.addCommand(make());
  root.hook('preAction', async (_root, command) => {
    if (!FINISHING.has(command.name())) await endAtOnce();
  });
  for (const command of [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)])
    command
      .exitOverride()
      .showSuggestionAfterError()
      .showHelpAfterError('(see --help)')
      .configureOutput({ outputError: (text, write) => write(usageError(text)) });
  return root;
}

/** An error of the command line without the values of options and arguments that nobody knows, which may be secrets. */
function usageError(text: string): string {
  const named = text
    .replace(/(unknown option '--[^'=]*)=[\s\S]*'/, "$1'")
    .replace(/(unknown command '[^'=]*)=[\s\S]*?'/, "$1'")
    .replace(/(unknown option '-[^-])[\s\S]+?'(?=\n|$)/, "$1'")
    .replace(/(too many arguments[^:]*): [\s\S]*\.(?=\n|$)/, '$1.');
  const lines = withoutCredentials(named).split(/\n(?=\(Did you mean |$)/);
  return lines.map(printable).join('\n');
}

/** Exit code of an error: 1 for an operation that failed, 2 for a wrong command line or setting. */
function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (error instanceof InvalidArgumentError || isInvalidValue(error)) return EXIT_USAGE;
  return EXIT_FAILED;
}

/** Whether a value was refused, also by a training thread, whose errors have their code but not their class. */
function isInvalidValue(error: unknown): boolean {
  return error instanceof Ml4tError && error.code === 'INVALID_VALUE';
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function report(error: unknown): void {
  if (error instanceof CommanderError) return; // commander has printed it
  if (error instanceof Ml4tError) say(`${tone('ml4t:', 'bad', process.stderr)} ${error.message}`);
  else `ml4t: unexpected error, please report it: ${textOf(error)}`.split('\n').forEach(say);
}

/** Ends the program without a message when the reader of stdout has ended (`ml4t replay … | head`). */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

/** Runs the command that the arguments name, and sets the exit code. */
export async function run(): Promise<void> {
  endWithReader();
  returnToCaller();
  try {
    await program().parseAsync();
  } catch (error) {
    report(error);
    process.exitCode = exitCode(error);
    setTimeout(() => process.exit(), LINGER_MS).unref(); // runs only where something keeps the process
  }
}
