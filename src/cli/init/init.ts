import { existsSync, realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { DataError } from '../../core/index.ts';
import { writeFileAtomic } from '../../runtime/index.ts';
import { print, printJson } from '../show/output.ts';
import { projectPackage } from './project-package.ts';
import { TEMPLATES, type Template, templateFiles } from './template-files.ts';

interface InitOptions {
  readonly template: Template;
  readonly force?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  ml4t init my-research && cd my-research && npm install && npm run bars && npm run signals && npm run train
  ml4t init my-bot --template bot
  ml4t init my-node --template nautilus

research: your signals on bars, trained, judged and replayed by the command line. bot: a program that asks the library.
nautilus: the service beside a node of NautilusTrader. Each has settings with comments, a module of features and a README
whose commands run as they stand.`;

/** What to do first, by the README of each template. */
const FIRST: Readonly<Record<Template, string>> = {
  bot: 'npm install && npm start',
  research: 'npm install && npm run bars && npm run signals && npm run train',
  nautilus: 'npm install && npm run bars && npm run train && npm run serve',
};

export function initCommand(): Command {
  return new Command('init')
    .description('Make a folder that runs at once: settings with comments, features, signals, and a README.')
    .argument('[directory]', 'where it goes; made where it is missing', '.')
    .addOption(new Option('--template <name>', 'what it is for').choices(TEMPLATES).default('research'))
    .option('--force', 'overwrite files that are there; without it nothing is written then')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', EXAMPLES)
    .action(init);
}

async function init(directory: string, { template, force = false, json: isJson = false }: InitOptions): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new DataError('FILE_UNWRITABLE', `${directory} cannot be made: ${cause.code}`, { cause });
  });
  const place = realpathSync(resolve(directory));
  const files = await templateFiles(template, place);
  const there = files.filter(({ name }) => existsSync(join(place, name)));
  if (there.length > 0 && !force) {
    const names = there.map(({ name }) => name).join(', ');
    throw new DataError('FILE_UNWRITABLE', `${directory} has ${names} already: name another directory, or --force`);
  }
  for (const { name, text } of files) {
    const written = name === 'package.json' ? projectPackage(text, template, place) : text;
    await writeFileAtomic(join(place, name), new TextEncoder().encode(written));
  }
  const names = files.map(({ name }) => name);
  if (isJson) return printJson({ directory, template, files: names });
  const enter = relative(process.cwd(), place) === '' ? '' : `cd ${directory} && `;
  print(`${directory}: ${names.join(', ')}`, `next: ${enter}${FIRST[template]}`);
}
