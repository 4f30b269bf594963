import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, sep } from 'node:path';
import { type PartName, packagesOf } from '../../runtime/index.ts';
import { PACKAGE_ROOT, pathFrom, type Template } from './template-files.ts';

const PACKAGE = 'ml4t-orchestrator';
/** Parts of the program that a template needs beside the package, where it was installed without them. */
const PARTS: Readonly<Record<Template, readonly PartName[]>> = {
  bot: [],
  research: ['report', 'parquet', 'zip'],
  nautilus: ['server', 'redis', 'logs'],
};
/** Packages of a clone that a project of its own needs too: the Node that it runs on, and types for an editor. */
const OF_CLONE = ['node', '@types/node'];
const TYPES_VERSION = '24';

/**
 * Writes `package.json` of a project: its name is the directory's. A project of a clone is linked to it; one of the installed package gets
 * it, and the packages that the template needs, from the registry.
 *
 * @param text - that of the template. @param directory - absolute path of the project.
 */
export function projectPackage(text: string, template: Template, directory: string): string {
  const written = JSON.parse(text) as Record<string, unknown>;
  const name = basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '');
  return `${JSON.stringify({ name: name === '' ? 'ml4t-project' : name, ...written, ...dependencies(template, directory) }, null, 2)}\n`;
}

function dependencies(template: Template, directory: string): object {
  if (PACKAGE_ROOT.split(sep).includes('node_modules')) {
    const { version } = createRequire(import.meta.url)(join(PACKAGE_ROOT, 'package.json')) as { version: string };
    return {
      dependencies: { [PACKAGE]: version, ...Object.fromEntries(packagesOf(PARTS[template])) },
      devDependencies: { '@types/node': TYPES_VERSION },
    };
  }
  const linked = OF_CLONE.map((name) => ({ name, path: join(PACKAGE_ROOT, 'node_modules', name) }));
  const there = linked.filter(({ path }) => existsSync(path));
  return {
    dependencies: { [PACKAGE]: `file:${pathFrom(directory, PACKAGE_ROOT)}` },
    devDependencies: Object.fromEntries(there.map(({ name, path }) => [name, `file:${pathFrom(directory, path)}`])),
    allowScripts: { node: false },
  };
}
