import { ConversionFailed } from '../../conversion/ask.ts';
import { RequestFault } from '../../schema/contract.ts';
import { FieldSelectorError } from '../../selectors/field-selector.ts';
import { SelectorSyntaxError } from '../../selectors/label-selector.ts';
import { type StatusDetails, StatusError } from './status-error.ts';
import { badRequest, internalError, plainError } from './status-reasons.ts';

/** Every failure of a request as the Status to answer with. */
export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof RequestFault) {
    const { code, reason, message, details } = error.fault;
    return new StatusError(code, reason, message, details as StatusDetails | undefined);
  }
  if (error instanceof ConversionFailed) return plainError(error.message);
  if (error instanceof SelectorSyntaxError || error instanceof FieldSelectorError) return badRequest(error.message);
  const failure = internalError(error instanceof Error ? error.message : String(error));
  failure.cause = error;
  return failure;
}
