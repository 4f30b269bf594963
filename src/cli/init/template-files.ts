import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TEMPLATES = ['bot', 'research', 'nautilus'] as const;
export type Template = (typeof TEMPLATES)[number];

/** The package or the clone that this program runs from. */
export const PACKAGE_ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const EXAMPLES = join(PACKAGE_ROOT, 'examples');
/** Examples that are files of a template as they stand. */
const SHARED: Readonly<Record<Template, readonly string[]>> = {
  bot: [],
  research: [],
  nautilus: ['nautilus/live_1x.py', 'nautilus/live_2x.py', 'nautilus/backtest.py'],
};

/** A file of a new project, by its name there. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The files of a template.
 *
 * @param directory - where they go: the README names the Python client from there.
 */
export async function templateFiles(template: Template, directory: string): Promise<TemplateFile[]> {
  const folder = join(EXAMPLES, 'templates', template);
  const own = (await readdir(folder)).map((name) => ({ name: nameInProject(name), path: join(folder, name) }));
  const shared = SHARED[template].map((path) => ({ name: path.split('/')[1], path: join(EXAMPLES, path) }));
  const client = pathFrom(directory, join(PACKAGE_ROOT, 'python'));
  const files = [...own, ...shared].map(async ({ name, path }) => ({
    name,
    text: (await readFile(path, 'utf8')).replace('{{client}}', client),
  }));
  return (await Promise.all(files)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** npm leaves `.gitignore` out of a package, and would take a `package.json` for that of a package: they are `_gitignore` and `_package.json`. */
function nameInProject(name: string): string {
  return name === '_gitignore' ? '.gitignore' : name.replace(/^_/, '');
}

/** A path with slashes, relative to a directory; one of this very directory begins with `./`. */
export function pathFrom(directory: string, path: string): string {
  const found = relative(directory, path).split(sep).join('/');
  return found.startsWith('.') ? found : `./${found}`;
}
