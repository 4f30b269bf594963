import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLiveService } from '../../src/app/index.ts';
import { OrchestratorConfig, type OrchestratorConfigInput } from '../../src/config/index.ts';
import type { SignalService } from '../../src/live/index.ts';

/** A live service that listens, with a directory of its own. */
export interface LiveProcess {
  readonly service: SignalService;
  readonly url: string;
  readonly directory: string;
  readonly lines: readonly string[];
}

/** Starts a live service as a program does, for the time of `use`; without Redis, on a free port, unless the settings say else. */
export async function withLiveProcess<T>(
  input: OrchestratorConfigInput,
  use: (live: LiveProcess) => T | Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'ml4t-settings-'));
  const lines: string[] = [];
  const logger = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
  const config = OrchestratorConfig({
    modelPath: join(directory, 'none.onnx'),
    redisEnabled: false,
    ...input,
    server: { dataDir: directory, port: 0, ...input.server },
  });
  try {
    const live = await createLiveService(config, { logger });
    try {
      const { url } = await live.listen();
      return await use({ service: live.service, url, directory, lines });
    } finally {
      await live.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
