import type { TypeInfo } from '../schema/contract.ts';
import type { RowObject } from '../table/render-table.ts';
import type { Answer } from './answer.ts';
import type { AuthorizedRequest } from './api-request.ts';
import type { ApiCore } from './core.ts';
import { negotiate } from './negotiation.ts';
import type { View } from './render.ts';
import { badRequest } from './status-reasons.ts';

/** How this request wants its answer. Throws 406. */
export function viewOf(core: ApiCore, type: TypeInfo, request: AuthorizedRequest): View {
  const pretty = request.query.get('pretty');
  const representation = negotiate(request.headers['accept'], {
    lists: request.method === 'GET' && request.target.name === undefined,
    tables: true,
    custom: !type.builtin,
    pretty: pretty === 'true' || pretty === '1',
  });
  return { type, representation, rowObject: rowObjectOf(request.query.get('includeObject')), now: core.clock.now() };
}

function rowObjectOf(value: string | null): RowObject {
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Metadata' || value === 'Object') return value;
  const message = `Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${message}`);
}

/** One Warning header per text, as RFC 7234 writes them. */
export function withWarnings(answer: Answer, warnings: readonly string[]): Answer {
  if (warnings.length === 0) return answer;
  const lines = [...new Set(warnings)].map((text) => `299 - "${text.replace(/["\\]/g, '\\$&').replace(/[\r\n\t]/g, ' ')}"`);
  return { ...answer, headers: { ...answer.headers, warning: lines } };
}
