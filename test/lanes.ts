import { NAUTILUS_VERSIONS, nautilusPython } from './nautilus/versions.ts';
import { GROUPS, groupPython } from './python/groups.ts';
import {
  chromiumPath,
  hasPrlimit,
  hasRedis,
  hasStrace,
  hasUnshare,
  librariesPython,
  promtoolPath,
  pythonPath,
  schemathesisPath,
} from './support/machine.ts';
import { hasSharedData } from './support/shared-data.ts';

/** A set of tests that need the same of the machine. */
export interface Lane {
  readonly name: 'unit' | 'redis' | 'browser' | 'e2e';
  /** Globs of the files of the lane, from the root. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

const REDIS = ['{src,test}/**/*.redis.test.ts'];
const BROWSER = ['{src,test}/**/*.browser.test.ts'];
const E2E = ['{src,test}/**/*.e2e.test.ts', 'test/{e2e,faults}/**/*.test.ts'];

/** The lanes: `unit` needs no process, no port, no Redis and no browser, and few threads. A test says by its name or its place where it belongs. */
export const LANES: readonly Lane[] = [
  { name: 'unit', include: ['{src,test}/**/*.test.ts'], exclude: [...REDIS, ...BROWSER, ...E2E] },
  { name: 'redis', include: REDIS, exclude: [] },
  { name: 'browser', include: BROWSER, exclude: [] },
  { name: 'e2e', include: E2E, exclude: [...REDIS, ...BROWSER] },
];

/** Something that a machine may lack, and the tests that are then skipped and counted. */
export interface Need {
  /** Tag of the tests. */
  readonly name: string;
  /** Noun for the tests in the last line of a run. */
  readonly cases: string;
  /** What is missing, as a clause. */
  readonly missing: string;
  readonly isThere: boolean;
  /** Environment variable that turns the skipping into a failure; null where nothing does. */
  readonly demandedBy: string | null;
}

export const NEEDS: readonly Need[] = [
  {
    name: 'real-data',
    cases: 'real-data',
    missing: '../shared is missing',
    isThere: hasSharedData,
    demandedBy: 'ML4T_REQUIRE_SHARED',
  },
  {
    name: 'redis',
    cases: 'Redis',
    missing: 'redis-server is missing',
    isThere: hasRedis,
    demandedBy: 'ML4T_REQUIRE_PARTS',
  },
  {
    name: 'browser',
    cases: 'browser',
    missing: 'Chromium is missing',
    isThere: chromiumPath !== null,
    demandedBy: 'ML4T_REQUIRE_PARTS',
  },
  {
    name: 'schemathesis',
    cases: 'schemathesis',
    missing: 'schemathesis is missing',
    isThere: schemathesisPath !== null,
    demandedBy: null, // it takes a package index besides npm's
  },
  {
    name: 'promtool',
    cases: 'promtool',
    missing: 'promtool is missing',
    isThere: promtoolPath !== null,
    demandedBy: null,
  },
  {
    name: 'nautilus',
    cases: 'NautilusTrader',
    missing: 'NautilusTrader is not installed (npm run test:nautilus)',
    isThere: hasRedis && NAUTILUS_VERSIONS.some(({ version }) => nautilusPython(version) !== null),
    demandedBy: null, // it takes a package index besides npm's
  },
  {
    name: 'python',
    cases: 'Python',
    missing: 'Python 3.11 or later is missing',
    isThere: pythonPath !== null,
    demandedBy: null,
  },
  {
    name: 'python-libraries',
    cases: 'Python library',
    missing: 'what the Python client is used with is not installed (npm run python:check)',
    isThere: librariesPython !== null,
    demandedBy: null, // it takes a package index besides npm's
  },
  ...GROUPS.map((group) => ({
    name: `python-${group}`,
    cases: `Python ${group}`,
    missing: `what test/python/requirements/${group}.txt names is not installed (npm run test:python)`,
    isThere: groupPython(group) !== null,
    demandedBy: null, // it takes a package index besides npm's
  })),
  { name: 'strace', cases: 'traced', missing: 'strace is missing', isThere: hasStrace, demandedBy: null },
  { name: 'prlimit', cases: 'limited', missing: 'prlimit is missing', isThere: hasPrlimit, demandedBy: null },
  { name: 'unshare', cases: 'container', missing: 'unshare may not be used', isThere: hasUnshare, demandedBy: null },
];
