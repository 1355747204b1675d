/** A keep-alive client that trusts any certificate: both servers make their own. */
import { Agent, request } from 'node:https';
import type { Answer } from '../../../packages/devcluster/test/differential/normalise.ts';
import type { Step } from './sequences.ts';
import type { Json, JsonObject } from './shapes.ts';

export class Client {
  readonly #base: URL;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });

  constructor(base: string, token: string) {
    this.#base = new URL(base);
    this.#token = token;
  }

  send(step: Step): Promise<Answer> {
    const text = step.body === undefined ? undefined : JSON.stringify(step.body);
    return new Promise((resolve) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#base.hostname,
          port: this.#base.port,
          method: step.method,
          path: step.path,
          headers: {
            authorization: `Bearer ${this.#token}`,
            accept: 'application/json',
            'user-agent': 'differential/1',
            ...(text === undefined
              ? {}
              : { 'content-type': step.contentType ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const warning = response.headersDistinct['warning'] ?? [];
            resolve({ status: response.statusCode ?? 0, warnings: warning, body: parse(Buffer.concat(chunks).toString('utf8')) });
          });
        },
      );
      // a handler that panics closes the connection
      sent.on('error', (error) => resolve({ status: 0, warnings: [], body: error.message }));
      sent.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Runs the steps one after the other; each sees the version that the one before left. */
export async function runSteps(client: Client, steps: readonly Step[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  let version = '1';
  for (const step of steps) {
    const body = step.body === undefined ? undefined : (JSON.parse(JSON.stringify(step.body).replaceAll('{{version}}', version)) as Json);
    const answer = await client.send(body === undefined ? step : { ...step, body });
    answers.push(answer);
    const metadata = (answer.body as JsonObject | null)?.['metadata'] as JsonObject | undefined;
    const isDry = step.path.includes('dryRun');
    if (!isDry && answer.status < 300 && typeof metadata?.['resourceVersion'] === 'string') version = metadata['resourceVersion'];
  }
  return answers;
}
