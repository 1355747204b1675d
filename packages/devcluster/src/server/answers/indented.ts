import type { Answer } from './answer.ts';
import { acceptsIndented } from './negotiation.ts';

/** Tools of people at a terminal or a browser: they are answered with text to be read, unless they ask otherwise. */
const READERS = /^(curl|Wget|Mozilla\/5\.0)/;
/** Go's strconv.ParseBool. */
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

/** The answer as it is, or indented: `?pretty=true`, `Accept: application/json;pretty=1`, curl and browsers. Watches and documents outside of the API stay. */
export function asWished(answer: Answer, request: Asked): Answer {
  const { body } = answer;
  if (typeof body !== 'string' || !wantsIndented(request) || !isNegotiated(answer, request.path)) return answer;
  return { ...answer, body: indent(body) };
}

function wantsIndented({ query, headers }: Asked): boolean {
  if (acceptsIndented(headers['accept'])) return true;
  const pretty = query.get('pretty') ?? '';
  return pretty === '' ? READERS.test(headers['user-agent'] ?? '') : TRUE.has(pretty);
}

const isNegotiated = ({ status, headers }: Answer, path: string): boolean =>
  /^application\/json(;|$)/.test(String(headers['content-type'])) && (status >= 400 || /^\/apis?(\/|$)/.test(path));

/** JSON text with every member and item on a line of its own, as Go's MarshalIndent writes it; numbers and strings stay as they are written. */
export function indent(json: string): string {
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  return json.trim().replace(TOKEN, (token) => {
    switch (token[0]) {
      case '{':
      case '[':
        if (token.length > 1) return token[0] + (token.at(-1) ?? '');
        depth++;
        return token + line();
      case '}':
      case ']':
        depth--;
        return line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token[0] === '"' ? token : '';
    }
  });
}

/** Strings, empty collections, what structures, and the space between. Everything else is copied. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|\{\s*\}|\[\s*\]|[{}[\],:]|\s+/g;
