import { parseLossless } from '../../../src/core/index.ts';
import type { Scored } from './compare-answers.ts';
import { bodyOf, Connection } from './load/connection.ts';
import type { RunningService } from './running-service.ts';
import { OURS } from './services.ts';

/** What our service answers, of which the peers give less. */
interface OurAnswer {
  readonly signal_id: string;
  readonly meta_confidence: number;
  readonly toxicity: number;
  readonly source: string;
}

/** Sends signals one after the other. @returns what was said of each. */
export async function askService({ service, port }: RunningService, requests: readonly Buffer[]): Promise<Scored[]> {
  const connection = await Connection.open(port);
  const answers: Scored[] = [];
  for (const request of requests) {
    const answer = await new Promise<Buffer>((resolve, reject) => connection.send(request, resolve, reject));
    const body = parseLossless(bodyOf(answer));
    answers.push(service.name === OURS ? await ourScore(port, body as OurAnswer) : (body as Scored));
  }
  connection.close();
  return answers;
}

/** Our answer with its features, which another call tells. @throws {Error} for an answer that the model did not give. */
async function ourScore(port: number, answer: OurAnswer): Promise<Scored> {
  const { signal_id, meta_confidence: confidence, toxicity, source } = answer;
  if (source !== 'model') throw new Error(`${signal_id} was answered by ${source}`);
  const explained = await fetch(`http://127.0.0.1:${port}/v1/signals/${signal_id}`);
  const { features } = (await explained.json()) as Pick<Scored, 'features'>;
  return { confidence, toxicity, features };
}
