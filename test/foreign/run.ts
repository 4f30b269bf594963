/**
 * `npm run test:foreign`: models of scikit-learn, LightGBM, XGBoost and CatBoost, exported to ONNX by the pinned versions of `requirements.txt`,
 * each against onnxruntime, and hostile variants of each. `docs/foreign.md` has the table that it prints. Then the README's section for
 * whoever has a model is done as it stands.
 *
 * Arguments are names of cases; none are all. A machine that cannot have the libraries is told so, and nothing is compared.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../../bench/support/temporary-directory.ts';
import { ensurePython } from '../../scripts/python-parts.mjs';
import { compareFile, type Finding, type ForeignCase } from './compare.ts';
import { checkHostile, type HostileFinding } from './hostile.ts';
import { checkNotebook } from './notebook.ts';

const say = (text: string): boolean => process.stderr.write(`foreign: ${text}\n`);
const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function runPython(python: string, script: string, args: readonly string[]): boolean {
  return spawnSync(python, [pathOf(script), ...args], { stdio: 'inherit', cwd: pathOf('.') }).status === 0;
}

/** One line a group of files. */
function table(cases: readonly ForeignCase[], findings: readonly Finding[]): string[] {
  const groups = Map.groupBy(
    cases.map((each, k) => ({ each, finding: findings[k] })),
    ({ each }) => each.group,
  );
  const lines = Array.from(groups, ([group, rows]) => {
    const n = (outcome: Finding['outcome']): number => rows.filter(({ finding }) => finding.outcome === outcome).length;
    const worst = rows.reduce((most, { finding }) => Math.max(most, finding.worst), 0);
    const library = rows.reduce((most, { finding }) => Math.max(most, finding.fromLibrary ?? 0), 0);
    return `| ${group} | ${rows.length} | ${n('equal')} | ${n('refused')} | ${n('wrong')} | ${worst.toExponential(1)} | ${library.toExponential(1)} |`;
  });
  const head =
    '| exported from | files | equal | refused with the reason | wrong | largest difference | onnxruntime from the library |';
  return [head, '|---|---|---|---|---|---|---|', ...lines];
}

function hostileLines(found: readonly HostileFinding[]): string[] {
  const groups = Map.groupBy(found, ({ outcome }) => outcome);
  return [
    `${found.length} hostile variants:`,
    ...Array.from(groups, ([outcome, all]) => `  ${all.length} ${outcome}`),
    `  slowest ${Math.round(Math.max(...found.map(({ ms }) => ms)))} ms`,
  ];
}

async function main(names: readonly string[]): Promise<number> {
  const requirements = pathOf('requirements.txt');
  const python = ensurePython({ name: 'foreign', requirements, say });
  if (python === null) {
    print('foreign: 0 passed, 0 failed, 1 skipped');
    say('its libraries cannot be had here (test/foreign/requirements.txt)');
    return 0;
  }
  using directory = temporaryDirectory();
  const files = directory.file('files');
  mkdirSync(files);
  if (!runPython(python, 'make.py', [files, ...names])) return 1;
  const { cases } = JSON.parse(readFileSync(`${files}/cases.json`, 'utf8')) as { cases: ForeignCase[] };
  const findings = cases.map((each) => compareFile(files, each));
  print(table(cases, findings).join('\n'));
  const wrong = cases.filter((_, k) => findings[k].outcome === 'wrong');
  for (const each of wrong) {
    const { worst, reason } = findings[cases.indexOf(each)];
    print(`wrong: ${each.name}, ${reason === '' ? `${worst} from onnxruntime` : reason}`);
  }
  const hostile = checkHostile({
    files,
    out: directory.file('hostile'),
    cases,
    run: (script, args) => runPython(python, script, args),
  });
  print(`\n${hostileLines(hostile).join('\n')}`);
  const bad = hostile.filter(({ isFault }) => isFault);
  for (const { name, outcome, reason } of bad) print(`wrong: ${name}, ${outcome} ${reason}`);
  const fault = await checkNotebook(python, directory.file('.'));
  print(
    fault === null
      ? '\nthe notebook of the README is judged, served and explained'
      : `wrong: the notebook of the README, ${fault}`,
  );
  const nFailed = wrong.length + bad.length + (fault === null ? 0 : 1);
  print(`\nforeign: ${cases.length + hostile.length + 1 - nFailed} passed, ${nFailed} failed, 0 skipped`);
  return nFailed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
