import { Command } from 'commander';
import { haltDirectory } from '../../app/index.ts';
import type { OrchestratorConfig } from '../../config/index.ts';
import { Ml4tError, printable } from '../../core/index.ts';
import { addSettingsOptions, type SettingsOptions, settingsFrom } from '../options.ts';
import { print, printJson } from '../show/output.ts';
import { addServiceOptions, askService, type ServiceAddress, serviceOf } from './ask-service.ts';

const HALT_EXAMPLES = `
Examples:
  ml4t halt --reason "the feed looks wrong"
  ml4t halt --url https://signals.example.com --token-file token
  ml4t halt --stopped --data-dir /var/lib/ml4t

From then on every answer of the service has take false, take_reason halted and size 0, also after a restart, until ml4t resume.`;

const RESUME_EXAMPLES = `
Examples:
  ml4t resume
  ml4t resume --url https://signals.example.com --token-file token
  ml4t resume --stopped --data-dir /var/lib/ml4t`;

interface HaltOptions extends SettingsOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly stopped?: boolean;
  readonly reason?: string;
}

/** What is asked for: a halt, or its end. */
interface Wish {
  readonly halted: boolean;
  readonly reason?: string | undefined;
}

/** `ml4t halt`: a running service bets nothing more. */
export function haltCommand(): Command {
  const command = new Command('halt').description('Stop betting at once: a running service takes no signal any more.');
  return addOptions(command, HALT_EXAMPLES).action((options: HaltOptions) => change(true, options));
}

/** `ml4t resume`: it bets again. */
export function resumeCommand(): Command {
  const command = new Command('resume').description('End a halt: the service takes signals again.');
  return addOptions(command, RESUME_EXAMPLES).action((options: HaltOptions) => change(false, options));
}

function addOptions(command: Command, examples: string): Command {
  addServiceOptions(command, 'the running service')
    .option('--reason <text>', 'why, for people: shown, logged and written down')
    .option('--stopped', 'no service runs: mark its data directory, for the next one that starts there')
    .option('--data-dir <directory>', 'of the stopped service (default: .ml4t)')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', examples);
  return addSettingsOptions(command);
}

async function change(halted: boolean, options: HaltOptions): Promise<void> {
  const { json, url, stopped, reason, ...settings } = options;
  const config = await settingsFrom(settings);
  const wish = { halted, reason };
  if (stopped === true) await markDirectory(wish, config, json === true);
  else await ask(wish, await serviceOf(config.server, url), config, json === true);
}

async function ask(
  { halted, reason }: Wish,
  service: ServiceAddress,
  { server }: OrchestratorConfig,
  isJson: boolean,
): Promise<void> {
  const { url } = service;
  const [name, done] = halted ? ['halt', 'halted'] : ['resume', 'resumed'];
  const answer = await askService(service, `/v1/${name}`, { ...(reason !== undefined && { reason }) }, (code) => {
    const given = 'give the address of the one that runs with --url, and --token-file where it wants a token';
    const stopped = `where none runs, add --stopped: it marks ${server.dataDir} for the next one that starts there`;
    return new Ml4tError(
      'NOT_REACHED',
      `nothing is ${done}: no service answers at ${url} (${code}); ${given}; ${stopped}`,
    );
  });
  const state = answer as { readonly halted?: unknown; readonly since?: unknown; readonly reason?: unknown } | null;
  if (state?.halted !== halted) {
    throw new Ml4tError('NOT_REACHED', `nothing is ${done}: what answers at ${url} is no ml4t service of this version`);
  }
  if (isJson) printJson({ ...state, by: url });
  else if (halted) {
    const why = typeof state.reason === 'string' ? ` (${printable(state.reason)})` : '';
    print(`halted since ${String(state.since)}${why}: nothing is taken and every size is 0 until ml4t resume; ${url}`);
  } else print(`resumed: signals are taken again as before the halt; ${url}`);
}

async function markDirectory({ halted, reason }: Wish, config: OrchestratorConfig, isJson: boolean): Promise<void> {
  const { dataDir } = config.server;
  const done = halted ? 'halted' : 'resumed';
  if (!(await haltDirectory(config, halted, reason))) {
    const sentence = `nothing is ${done}: a service uses ${dataDir}; without --stopped it is asked, at --url`;
    throw new Ml4tError('NOT_REACHED', sentence);
  }
  if (isJson) printJson({ halted, data_dir: dataDir, by: null });
  else if (halted)
    print(`${dataDir} is marked: the next service there starts halted, and takes nothing until ml4t resume`);
  else print(`${dataDir} is marked: the next service there takes signals again`);
}
