import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Ml4tError } from '../core/index.ts';
import { loadPart, OPTIONAL_PARTS, type PartName, packagesOf, requireParts } from './optional-part.ts';

const root = new URL('../../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
};
const all = packagesOf(Object.keys(OPTIONAL_PARTS) as PartName[]);

const notFound = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /somewhere/draw.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
const failing = (error: Error) => () => Promise.reject(error);

test('the optional peers of the package are the packages of the parts, in versions that suit', () => {
  const { peerDependencies, peerDependenciesMeta, devDependencies, dependencies } = manifest;
  expect(Object.keys(peerDependencies).sort()).toEqual([...new Set(all.map(([name]) => name))].sort());
  for (const [name, version] of all) {
    expect(peerDependencies[name].startsWith(`^${version}`), `${name}@${version} suits ${peerDependencies[name]}`).toBe(
      true,
    );
    expect(peerDependencies[name], 'what the tests run').toBe(`^${devDependencies[name]}`);
    expect(peerDependenciesMeta[name], 'a bare install leaves it out').toEqual({ optional: true });
    expect(dependencies).not.toHaveProperty(name);
  }
});

test('the README has a line for the library and one for the service', () => {
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const service = packagesOf(['server', 'redis', 'logs']).map(([name, version]) => `${name}@${version}`);
  expect(readme).toMatch(/^npm i ml4t-orchestrator(?: +#.*)?$/m);
  expect(readme).toContain(`npm i ml4t-orchestrator ${service.join(' ')}`);
});

test('what is missing is said before the work, all of it in one sentence', () => {
  const here = new Set(['fastify', 'ioredis', '@msgpack/msgpack']);
  const check = () => requireParts(['server', 'redis', 'queue'], (name) => here.has(name));
  expect(check).toThrow(
    new Ml4tError(
      'MISSING_PART',
      'packages for answering over HTTP and WebSocket, training on other machines are not installed; ' +
        'run npm i @fastify/helmet@13 @fastify/websocket@11 prom-client@15 hyparquet-writer@0.17 bullmq@6',
    ),
  );
  expect(() => requireParts(Object.keys(OPTIONAL_PARTS) as PartName[]), 'a clone has all').not.toThrow();
});

test('a package that an import does not find is named with the command that installs it', async () => {
  await expect(loadPart('report', failing(notFound('echarts')))).rejects.toThrow(
    expect.objectContaining({
      code: 'MISSING_PART',
      message: 'packages for a report with charts are not installed; run npm i echarts@6',
    }),
  );
});

test.each([
  ['another package', notFound('echarts-gl')],
  ['a file of ours', Object.assign(new Error("Cannot find module '/x/y.js'"), { code: 'ERR_MODULE_NOT_FOUND' })],
  ['a fault inside the package', new TypeError('boom')],
])('%s that is not found stays the error it is', async (_, error) => {
  await expect(loadPart('report', failing(error))).rejects.toBe(error);
});
