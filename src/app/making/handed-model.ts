import { join } from 'node:path';

/** Where a new model is put for a service to take it. @param dataDir - `server.data_dir`. */
export function handedModelPath(dataDir: string): string {
  return join(dataDir, 'challenger.onnx');
}
