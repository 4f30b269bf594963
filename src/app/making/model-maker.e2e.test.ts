import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OrchestratorConfig } from '../../config/index.ts';
import type { ModelOrder } from '../../ports/index.ts';
import { handedModelPath } from './handed-model.ts';
import { modelMaker } from './model-maker.ts';

const directory = mkdtempSync(join(tmpdir(), 'model-maker-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const ORDER: ModelOrder = {
  triggerId: 't1',
  reason: 'accuracy_degradation',
  detector: 'sequential',
  note: 'it fell',
  instrumentId: 'BTC; rm -rf /',
  barType: null,
  modelVersion: 'm-1',
  holdOutFrom: 1_700_000_000_000_000_000n,
};

/** Runs a JavaScript program as the command, with arguments of its own. */
function make(
  code: string,
  {
    args = [],
    seconds = 20,
    signal = new AbortController().signal,
  }: { args?: readonly string[]; seconds?: number; signal?: AbortSignal } = {},
): Promise<Uint8Array | null> {
  const program = join(directory, `p${Math.abs(code.length)}-${args.length}-${seconds}.mjs`);
  writeFileSync(program, code);
  const config = OrchestratorConfig({
    retrain: { command: [process.execPath, program, ...args], timeoutSeconds: seconds },
    server: { dataDir: directory },
  });
  return modelMaker(config, { PATH: process.env.PATH, ML4T_TOKEN: 'secret', MINE: 'kept' }).make(ORDER, signal);
}

const TELL = `
  import { readFileSync, writeFileSync } from 'node:fs';
  const order = JSON.parse(readFileSync(0, 'utf8'));
  writeFileSync(process.argv.at(-1), JSON.stringify({ order, args: process.argv.slice(2), env: Object.keys(process.env) }));`;

describe('the program of retrain.command', () => {
  test('reads the order, writes where it is told, is no shell, and gets no variable of ours; its file is removed', async () => {
    const told = JSON.parse(
      new TextDecoder().decode((await make(TELL, { args: ['$(touch x); `id`'] })) ?? undefined),
    ) as {
      readonly order: Record<string, unknown>;
      readonly args: readonly string[];
      readonly env: readonly string[];
    };
    const { write_to: path, ...order } = told.order;
    expect(order).toEqual({
      trigger_id: 't1',
      reason: 'accuracy_degradation',
      detector: 'sequential',
      note: 'it fell',
      instrument_id: 'BTC; rm -rf /',
      bar_type: null,
      model_version: 'm-1',
      hold_out_from: '2023-11-14T22:13:20Z',
    });
    expect(told.args).toEqual(['$(touch x); `id`', path]);
    expect(told.env).toContain('MINE');
    expect(told.env).not.toContain('ML4T_TOKEN');
    expect(existsSync(String(path))).toBe(false);
  });

  test.each([
    ['console.error("no data"); process.exit(3)', 'it ended with exit code 3: no data'],
    ['process.stdin.resume()', 'it wrote no file at the path that it was given'],
    ['process.kill(process.pid, "SIGKILL")', 'it was ended by SIGKILL'],
  ])('that fails says why: %s', async (code, why) => {
    await expect(make(code)).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      message: expect.stringMatching(new RegExp(`^no model from .* \\(retrain.command\\): ${why}`)),
    });
  });

  test('that is not there says so', async () => {
    const config = OrchestratorConfig({ retrain: { command: ['/no/such/program'] }, server: { dataDir: directory } });
    const made = modelMaker(config, {}).make(ORDER, new AbortController().signal);
    await expect(made).rejects.toThrow('no model from program (retrain.command): it cannot be run (ENOENT)');
  });

  test('that takes too long is ended, with what it started', async () => {
    const beat = join(directory, 'beat');
    const child = `setInterval(() => require('fs').appendFileSync(${JSON.stringify(beat)}, '.'), 20)`;
    const code = `import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); setInterval(() => 0, 1000);`;
    await expect(make(code, { seconds: 1 })).rejects.toThrow('it did not end within 1 s');
    await expect
      .poll(async () => {
        const size = existsSync(beat) ? readFileSync(beat).length : 0;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return (existsSync(beat) ? readFileSync(beat).length : 0) - size;
      })
      .toBe(0);
  });

  test('ends with the service', async () => {
    const stop = new AbortController();
    const made = make('setInterval(() => 0, 1000)', { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(made).rejects.toThrow('it was ended, because the service stops');
  });
});

test('a file that was handed in is taken once, before the program is run', async () => {
  writeFileSync(handedModelPath(directory), 'model');
  expect(await make(TELL)).toEqual(Buffer.from('model'));
  expect(existsSync(handedModelPath(directory))).toBe(false);
  const none = OrchestratorConfig({ server: { dataDir: directory } });
  expect(await modelMaker(none, {}).make(ORDER, new AbortController().signal)).toBeNull();
});
