import type { TypeInfo } from '../../schema/contract.ts';
import type { RowObject } from '../../table/render-table.ts';
import type { AuthorizedRequest } from '../api-request.ts';
import { type ApiCore, tableOf } from '../core.ts';
import type { Answer } from './answer.ts';
import { negotiate } from './negotiation.ts';
import type { View } from './render.ts';
import { badRequest } from './status-reasons.ts';

/** How this request wants its answer. Throws 406. */
export function viewOf(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): View {
  const representation = negotiate(request.headers['accept'], {
    lists: request.method === 'GET' && request.target.name === undefined,
    // what is answered and not kept has no columns
    tables: !type.virtual && (request.target.subresource === undefined || request.method !== 'POST'),
    custom: !type.builtin,
  });
  const rowObject = representation.as === 'Table' ? rowObjectOf(request.query.get('includeObject')) : 'Metadata';
  return { type, representation, rowObject, now: core.clock.now(), textOf: (object) => tableOf(core, type).textOf(object) };
}

function rowObjectOf(value: string | null): RowObject {
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  const message = `Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${message}`);
}

/** Texts that are empty or have control characters are no warnings. */
const isHeaderText = (text: string): boolean => text !== '' && !/\p{Cc}/u.test(text);

/** So many characters of warnings go out; beyond them each is cut. */
const MOST_TEXT = 4096;
const MOST_OF_ONE = 256;

/** One Warning header per text, as RFC 7234 writes them. Texts with control characters have no such form. */
export function withWarnings(answer: Answer, warnings: readonly string[]): Answer {
  const texts = [...new Set(warnings)].filter(isHeaderText);
  if (texts.length === 0) return answer;
  const lines = fitting(texts).map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`);
  return { ...answer, headers: { ...answer.headers, warning: lines } };
}

/** Texts as they are, or, when they are too long together, the beginning of each and no more than fit. */
function fitting(texts: readonly string[]): string[] {
  if (texts.reduce((sum, text) => sum + [...text].length, 0) <= MOST_TEXT) return [...texts];
  const out: string[] = [];
  let written = 0;
  for (const text of texts) {
    if (written >= MOST_TEXT) break;
    const cut = [...text].slice(0, MOST_OF_ONE);
    out.push(cut.join(''));
    written += cut.length;
  }
  return out;
}
