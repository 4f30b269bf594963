import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type OrchestratorConfig, toSnakeCase } from '../../config/index.ts';
import { type CancelSignal, formatIsoNanos, printable, stringifyLossless, TrainingError } from '../../core/index.ts';
import { MAX_MODEL_BYTES } from '../../model/index.ts';
import type { ModelMaker, ModelOrder } from '../../ports/index.ts';
import { readWhole, runProgram } from '../../runtime/index.ts';
import { handedModelPath } from './handed-model.ts';

/**
 * Brings new models for the retrainings of a service: the file that somebody put at {@link handedModelPath}, which is taken once, else what the
 * program of `retrain.command` writes.
 */
export function modelMaker(config: OrchestratorConfig, environment: NodeJS.ProcessEnv = process.env): ModelMaker {
  return {
    make: async (order, signal) => {
      const handed = await takeHanded(config);
      if (handed !== null || config.retrain.command.length === 0) return handed;
      return byCommand(config, order, { env: withoutOurs(environment), signal });
    },
  };
}

async function takeHanded({ server, limits }: OrchestratorConfig): Promise<Uint8Array | null> {
  const path = handedModelPath(server.dataDir);
  try {
    const bytes = await readWhole(path, Math.min(limits.fileBytes, MAX_MODEL_BYTES), 'limits.file_bytes');
    await unlink(path);
    return bytes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new TrainingError('TRAINING_FAILED', `the new model cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Has the program write a model into a directory that only this user sees. */
async function byCommand(
  { retrain, limits }: OrchestratorConfig,
  order: ModelOrder,
  run: { readonly env: NodeJS.ProcessEnv; readonly signal: CancelSignal },
): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), 'ml4t-model-'));
  const path = join(directory, 'model.onnx');
  try {
    const timeoutMs = retrain.timeoutSeconds * 1000;
    await runProgram([...retrain.command, path], { ...run, timeoutMs, stdin: orderText(order, path) });
    return await readWhole(path, Math.min(limits.fileBytes, MAX_MODEL_BYTES), 'limits.file_bytes');
  } catch (error) {
    const program = printable(basename(retrain.command[0]));
    const message = `no model from ${program} (retrain.command): it ${causeOf(error)}`;
    throw new TrainingError('TRAINING_FAILED', message, { cause: error });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The order as the program reads it, one JSON object. */
function orderText({ holdOutFrom, ...order }: ModelOrder, path: string): string {
  const until = { hold_out_from: holdOutFrom === null ? null : formatIsoNanos(holdOutFrom) };
  return `${stringifyLossless({ ...(toSnakeCase(order) as object), ...until, write_to: path })}\n`;
}

/** Settings in variables may be secrets of the service, which the program has no business with. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('ML4T_')));
}

function causeOf(error: unknown): string {
  const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return isMissing ? 'wrote no file at the path that it was given' : printable(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
