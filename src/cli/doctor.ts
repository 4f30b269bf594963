import { availableParallelism, freemem, totalmem } from 'node:os';
import { Command } from 'commander';
import { probeMachine } from './compose.ts';
import { print, printJson, table } from './show/output.ts';

/** One thing this program needs or could use, and whether it is there. */
export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  /** Whether the program cannot do its main work without it. */
  readonly needed: boolean;
  readonly found: string;
  /** What to do about it when it is missing. */
  readonly remedy: string;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what this machine has and lacks. Exit code 1 when something needed is missing.')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  ml4t doctor')
    .action(doctor);
}

async function doctor(options: { readonly json?: boolean }): Promise<void> {
  const probes = [...machineProbes(), ...(await probeMachine())];
  const healthy = probes.every((probe) => probe.ok || !probe.needed);
  if (options.json === true) printJson({ healthy, probes });
  else {
    const rows = probes.map((probe) => [
      probe.ok ? 'ok' : probe.needed ? 'MISSING' : 'absent',
      probe.name,
      probe.found,
      probe.ok ? '' : probe.remedy,
    ]);
    print(
      ...table(['', 'what', 'found', 'what to do'], rows),
      '',
      healthy ? 'Everything needed is here.' : 'Something needed is missing.',
    );
  }
  if (!healthy) process.exitCode = 1;
}

function machineProbes(): Probe[] {
  const major = Number.parseInt(process.versions.node, 10);
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    { name: 'Node', ok: major >= 24, needed: true, found: process.version, remedy: 'use Node 24 or later' },
    { name: 'cores', ok: true, needed: false, found: String(availableParallelism()), remedy: '' },
    {
      name: 'memory',
      ok: freemem() > 2 ** 29,
      needed: false,
      found: `${gib(freemem())} free of ${gib(totalmem())}`,
      remedy: 'training on 1 M bars takes up to 1 GB',
    },
  ];
}
