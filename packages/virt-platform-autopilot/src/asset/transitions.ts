import type { Happening } from '@caretaker/engine';
import { objectAnnotations } from '../names.ts';
import { type AssetState, identityText } from './report-state.ts';

/** An event to record, on the managed object when there is one and on the HyperConverged. */
export interface Told {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/**
 * Events of one pass: what was done in it, and what is different from the pass before. A state that lasts is told once (the ancestor
 * told it every pass). Pure.
 */
export function transitions(asset: string, before: AssetState | undefined, after: AssetState, happenings: readonly Happening[]): Told[] {
  const what = whatOf(asset, after);
  return [
    ...happenings.flatMap((happening) => ofHappening(what, happening)),
    ...ofOverrides(what, before, after),
    ...ofState(what, before, after),
  ];
}

/** An asset and its object in words. */
export function whatOf(asset: string, state: AssetState): string {
  return state.identity === undefined ? asset : `${asset} (${identityText(state.identity)})`;
}

function ofHappening(what: string, happening: Happening): Told[] {
  const detail = happening.message === '' ? '' : `: ${happening.message}`;
  switch (happening.type) {
    case 'Created':
    case 'Applied':
    case 'Adopted':
    case 'Recreated':
      return [normal('AssetApplied', `Applied asset ${what}${detail}`)];
    case 'DriftRepaired':
      return [
        warning('DriftDetected', `Drift of ${what}${detail}`),
        normal('DriftCorrected', `Drift of ${what} corrected`),
        normal('AssetApplied', `Applied asset ${what}`),
      ];
    case 'Throttled':
      return [warning('Throttled', `Updates of ${what} are throttled (10 repairs, one more every 6 s)${detail}`)];
    case 'EditWarPaused':
      return [
        warning(
          'ThrashingDetected',
          `Edit war over ${what}${detail}. Repairs are paused by ${objectAnnotations.paused}=true: stop the other side and remove it to resume, or set ${objectAnnotations.mode}=unmanaged to give the object away`,
        ),
      ];
    case 'Resumed':
      return [normal('Resumed', `Repairing ${what} again: the pause annotation was removed`)];
    default:
      return [];
  }
}

function ofOverrides(what: string, before: AssetState | undefined, after: AssetState): Told[] {
  const told: Told[] = [];
  if (after.patch && after.patch.text !== before?.patch?.text) {
    told.push(normal('PatchApplied', `User patch of ${after.patch.operations} operations is in force on ${what}`));
  }
  if (after.invalidPatch !== undefined && after.invalidPatch !== before?.invalidPatch) {
    told.push(warning('InvalidPatch', `User patch on ${what} is not used: ${after.invalidPatch}`));
  }
  for (const fault of after.invalidIgnoreFields) {
    if (!before?.invalidIgnoreFields.includes(fault))
      told.push(warning('InvalidIgnoreFields', `A field to ignore on ${what} is not used: ${fault}`));
  }
  return told;
}

function ofState(what: string, before: AssetState | undefined, after: AssetState): Told[] {
  const entered = before?.situation !== after.situation;
  switch (after.situation) {
    case 'Unmanaged':
      return entered ? [normal('UnmanagedMode', `${what} is unmanaged: left alone`)] : [];
    case 'Excluded':
      return entered ? [normal('AssetExcluded', `${what} is excluded by the HyperConverged's annotation: left alone`)] : [];
    case 'DependencyMissing':
      return entered || before.missing !== after.missing ? [warning('CRDMissing', `Asset ${what} waits: ${after.detail}`)] : [];
    case 'KindNotServed':
      return entered ? [warning('KindNotServed', `Asset ${what}: ${after.detail}`)] : [];
    case 'NamespaceMissing':
      return entered ? [normal('NamespaceMissing', `Asset ${what} waits: ${after.detail}`)] : [];
    case 'Failed':
      if (!entered && before.detail === after.detail) return [];
      return [warning(after.stage === 'render' ? 'RenderFailed' : 'ApplyFailed', `Failed to apply asset ${what}: ${after.detail}`)];
    default:
      return [];
  }
}

function normal(reason: string, message: string): Told {
  return { type: 'Normal', reason, message };
}

function warning(reason: string, message: string): Told {
  return { type: 'Warning', reason, message };
}
