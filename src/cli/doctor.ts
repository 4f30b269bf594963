import { availableParallelism, freemem, totalmem } from 'node:os';
import { Command } from 'commander';
import { type MachineProbe, nodeFault, probeMachine, probeParts, verifyJournal } from '../app/index.ts';
import { count } from '../core/index.ts';
import { print, printJson, table } from './show/output.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what this machine has and lacks. Exit code 1 when something needed is missing.')
    .option(
      '--data-dir <directory>',
      'also look at every entry of the journal there, even while a service writes to it',
    )
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExamples:\n  ml4t doctor\n  ml4t doctor --data-dir .ml4t')
    .action(doctor);
}

async function doctor(options: { readonly dataDir?: string; readonly json?: boolean }): Promise<void> {
  const { dataDir } = options;
  const journal = dataDir === undefined ? [] : [await probeJournal(dataDir)];
  const parts = await probeParts();
  const probes = [...machineProbes(), ...(await probeMachine()), ...parts.probes, ...journal];
  const healthy = probes.every((probe) => probe.ok || !probe.needed);
  if (options.json === true) printJson({ healthy, probes, install: parts.install });
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
      ...(parts.install === null ? [] : [`All optional parts that are absent: ${parts.install}`]),
    );
  }
  if (!healthy) process.exitCode = 1;
}

/** Checks every entry of a journal, which takes about a second for 100 MB. */
async function probeJournal(directory: string): Promise<MachineProbe> {
  const { nRows, faults } = await verifyJournal(directory);
  const remedy = 'move the file away and keep it for examination; start with a backup, or with a new file';
  const shown = faults.length > 3 ? [...faults.slice(0, 3), `and ${faults.length - 3} more`] : faults;
  const found = faults.length === 0 ? `${count(nRows)} entries, each as it was written` : shown.join('; ');
  return { name: `journal in ${directory}`, ok: faults.length === 0, needed: true, found, remedy };
}

function machineProbes(): MachineProbe[] {
  const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    {
      name: 'Node',
      ok: nodeFault(process.versions.node) === null,
      needed: true,
      found: process.version,
      remedy: 'use Node 22.18 or later',
    },
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
