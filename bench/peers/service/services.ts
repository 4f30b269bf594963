import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython } from '../../../scripts/python-parts.mjs';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const SOURCES = here('python');
const MAIN = here('../../../dist/cli/main.js');

/** A service under test: how it is started on a port, and where it says that it is ready. */
export interface Service {
  readonly name: string;
  readonly command: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly readyPath: string;
  /** Python that it runs on, and the packages whose versions matter; null for a program of Node. */
  readonly python: { readonly path: string; readonly packages: readonly string[] } | null;
}

/** Name of our own service in the results. */
export const OURS = 'ours';

/** Our service as a user starts it: everything as by default, but without Redis. */
export function ourService(model: string, dataDir: string): Service {
  const settings = ['--no-redis', '--data-dir', dataDir, '--model', model];
  return {
    name: OURS,
    command: process.execPath,
    args: (port) => [MAIN, 'serve', '--port', String(port), ...settings],
    env: () => ({}),
    cwd: dirname(dataDir),
    readyPath: '/readyz',
    python: null,
  };
}

/** A server that answers at once, to see how much the generator could send. */
export function instantService(): Service {
  return {
    name: 'instant',
    command: process.execPath,
    args: (port) => [here('instant-server.ts'), String(port)],
    env: () => ({}),
    cwd: SOURCES,
    readyPath: '/',
    python: null,
  };
}

interface Peer extends Omit<Service, 'command' | 'cwd' | 'python'> {
  /** Names an environment and its file of requirements. */
  readonly environment: 'fastapi' | 'mlserver' | 'bentoml';
  /** In the folder of programs of the environment. */
  readonly program: string;
  readonly packages: readonly string[];
}

const uvicorn = (name: string, app: string, packages: readonly string[]): Peer => ({
  name,
  environment: 'fastapi',
  program: 'uvicorn',
  args: (port) => [`${app}:app`, '--port', String(port), '--loop', 'uvloop', '--http', 'httptools', '--no-access-log'],
  env: () => ({}),
  readyPath: '/openapi.json',
  packages: ['fastapi', 'uvicorn', 'uvloop', ...packages, 'onnxruntime'],
});

/** The peers, each with one worker, without a log of accesses. */
const PEERS: readonly Peer[] = [
  uvicorn('FastAPI, lean', 'fastapi_lean', ['httptools', 'orjson', 'numpy']),
  {
    name: 'MLServer',
    environment: 'mlserver',
    program: 'mlserver',
    args: () => ['start', '.'],
    env: (port) => ({
      MLSERVER_HOST: '127.0.0.1',
      MLSERVER_HTTP_PORT: String(port),
      MLSERVER_GRPC_PORT: String(port + 1),
      MLSERVER_METRICS_PORT: String(port + 2),
      MLSERVER_PARALLEL_WORKERS: '0',
      MLSERVER_DEBUG: 'false',
      MLSERVER_MODEL_NAME: 'signals',
      MLSERVER_MODEL_IMPLEMENTATION: 'mlserver_runtime.SignalRuntime',
    }),
    readyPath: '/v2/health/ready',
    packages: ['mlserver', 'onnxruntime'],
  },
  uvicorn('FastAPI, usual', 'fastapi_usual', ['pydantic', 'pandas', 'scipy']),
  {
    name: 'BentoML',
    environment: 'bentoml',
    program: 'bentoml',
    args: (port) => ['serve', 'bentoml_service:Signals', '--port', String(port), '--host', '127.0.0.1'],
    env: () => ({ BENTOML_DO_NOT_TRACK: 'True' }),
    readyPath: '/readyz',
    packages: ['bentoml', 'onnxruntime'],
  },
];

/** The peers that can be had here, and the names of the others. Those that are missing are installed, each in an environment of its own. */
export function installedPeers(
  model: string,
  say: (text: string) => void,
): { readonly peers: readonly Service[]; readonly skipped: readonly string[] } {
  const peers: Service[] = [];
  const skipped: string[] = [];
  for (const { environment, program, packages, ...peer } of PEERS) {
    const requirements = here(`requirements/${environment}.txt`);
    const path = ensurePython({ name: `peers-${environment}`, requirements, say });
    if (path === null) {
      skipped.push(peer.name);
      continue;
    }
    peers.push({
      ...peer,
      command: join(dirname(path), program),
      env: (port) => ({ MODEL: model, PYTHONPATH: SOURCES, ...peer.env(port) }),
      cwd: SOURCES,
      python: { path, packages },
    });
  }
  return { peers, skipped };
}
