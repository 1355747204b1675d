import { quoteGo } from '../../decode/words.ts';
import type { StatusCause } from '../answers/status-error.ts';
import { invalidOptions } from '../answers/status-reasons.ts';
import { parseBoolean } from './list-options.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** Query of a create, update, patch or apply. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** As given; '' when not. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
  /** The options object as admission reviews show it. */
  readonly review: Readonly<Record<string, unknown>>;
}

type Kind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

const MAX_MANAGER = 128;

/** Throws StatusError 422. */
export function parseWriteOptions(query: URLSearchParams, kind: Kind, apply = false): WriteOptions {
  const dryRun = query.getAll('dryRun');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const force = parseBoolean(query.get('force'));
  const causes: StatusCause[] = [];
  if (kind === 'PatchOptions') causes.push(...checkPatch(apply, fieldManager, force));
  causes.push(...checkManager(fieldManager), ...checkDryRun(dryRun), ...checkValidation(fieldValidation));
  if (causes.length > 0) throw invalidOptions(kind, causes);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: fieldValidation === '' ? 'Warn' : (fieldValidation as FieldValidation),
    force: force ?? false,
    review: {
      kind,
      apiVersion: 'meta.k8s.io/v1',
      ...(dryRun.length > 0 ? { dryRun } : {}),
      ...(force === undefined ? {} : { force }),
      ...(fieldManager === '' ? {} : { fieldManager }),
      ...(fieldValidation === '' ? {} : { fieldValidation }),
    },
  };
}

/** The name of who writes: the option, else the user agent's first word, as managedFields record it. */
export function managerName(fieldManager: string, userAgent: string | undefined): string {
  if (fieldManager !== '') return fieldManager;
  const word = (userAgent ?? '').split('/')[0] ?? '';
  return word.replace(/[^\x20-\x7e]/g, '').slice(0, MAX_MANAGER);
}

function checkPatch(apply: boolean, fieldManager: string, force: boolean | undefined): StatusCause[] {
  if (!apply)
    return force === undefined
      ? []
      : [{ reason: 'FieldValueForbidden', message: 'Forbidden: may not be specified for non-apply patch', field: 'force' }];
  return fieldManager === ''
    ? [{ reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager' }]
    : [];
}

function checkManager(fieldManager: string): StatusCause[] {
  const causes: StatusCause[] = [];
  if (Buffer.byteLength(fieldManager) > MAX_MANAGER) {
    causes.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MAX_MANAGER} bytes`, field: 'fieldManager' });
  }
  const odd = [...fieldManager].findIndex((char) => !/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char));
  if (odd >= 0) {
    const message = `Invalid value: ${quoteGo(fieldManager)}: invalid character U+${([...fieldManager][odd]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} (at position ${odd})`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'fieldManager' });
  }
  return causes;
}

export function checkDryRun(values: readonly string[]): StatusCause[] {
  if (values.every((value) => value === 'All')) return [];
  return [
    { reason: 'FieldValueNotSupported', message: `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`, field: 'dryRun' },
  ];
}

function checkValidation(value: string): StatusCause[] {
  if (['', 'Ignore', 'Warn', 'Strict'].includes(value)) return [];
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: "", "Ignore", "Strict", "Warn"`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'fieldValidation' }];
}
