import { breaches, PointerSyntaxError, parsePointer } from '@caretaker/engine';
import type { KubeObject } from '@caretaker/kube';
import { isRecord } from '../json.ts';
import { protectedPaths } from './protected.ts';

export interface IgnoreFields {
  /** Usable JSON pointers (RFC 6901), list indices included. */
  pointers: readonly string[];
  /** One reason per pointer that cannot be used; the others count all the same. */
  faults: readonly string[];
}

/** Reads the comma-separated pointers of the annotation and keeps those that can mean a field of the object to apply. */
export function readIgnoreFields(text: string, desired: KubeObject): IgnoreFields {
  const pointers: string[] = [];
  const faults: string[] = [];
  for (const raw of text.split(',')) {
    const pointer = raw.trim();
    if (pointer === '') continue;
    const fault = faultOf(pointer, desired);
    if (fault === undefined) pointers.push(pointer);
    else faults.push(fault);
  }
  return { pointers, faults };
}

function faultOf(pointer: string, desired: KubeObject): string | undefined {
  try {
    const tokens = parsePointer(pointer);
    const breach = breaches([pointer], protectedPaths)[0];
    if (breach) return `${JSON.stringify(pointer)} is forbidden: it reaches ${breach.protectedPath}`;
    return scalarOnTheWay(desired, tokens) ? `${JSON.stringify(pointer)} leads into a value that has no fields` : undefined;
  } catch (error) {
    if (error instanceof PointerSyntaxError) return error.message;
    throw error;
  }
}

/** A pointer to something that is not there yet is fine: the live object may have it. */
function scalarOnTheWay(desired: unknown, tokens: readonly string[]): boolean {
  let value = desired;
  for (const token of tokens) {
    if (value === undefined || value === null) return false;
    if (Array.isArray(value)) {
      if (!/^(0|[1-9]\d*)$/.test(token)) return true;
      value = value[Number(token)];
    } else if (isRecord(value)) value = Object.hasOwn(value, token) ? value[token] : undefined;
    else return true;
  }
  return false;
}
