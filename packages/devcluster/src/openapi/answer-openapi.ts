import { type Answer, pageNotFound } from '../server/answer.ts';
import type { ApiRequest } from '../server/api-request.ts';
import type { OpenApi } from './openapi.ts';

export function answerOpenApi(_openapi: OpenApi, _request: ApiRequest): Answer {
  return pageNotFound();
}
