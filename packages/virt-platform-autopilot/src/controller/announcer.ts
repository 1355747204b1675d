import { type Clock, type EventRecorder, FaultLog, type KubeObject, type Logger } from '@caretaker/kube';
import type { LoadedCatalog } from '../catalog/load.ts';
import type { CrdEntry } from '../catalog/types.ts';
import { messageOf } from '../errors.ts';
import { regardingOf } from '../events/regarding.ts';
import { readActivation, unknownNames } from '../gates/activation.ts';
import { readExclusions } from '../gates/exclusions.ts';
import { hyperConverged, hyperConvergedAnnotations } from '../names.ts';

export interface AnnouncerOptions {
  clock: Clock;
  logger: Logger;
  events: EventRecorder;
  catalog: LoadedCatalog;
  namespace: string;
  hco: () => KubeObject | undefined;
}

/** Tells what concerns the platform as a whole, in the log and on the HyperConverged; on change only. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #faults: FaultLog;
  #told = '';

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.logger, options.clock);
  }

  /** What the HyperConverged's annotations mean. */
  announce(): void {
    const { logger, catalog, namespace } = this.#options;
    const hco = this.#options.hco();
    const activation = hco && readActivation(hco);
    const fault = hco && readExclusions(hco).fault;
    const entries = catalog.assets.map((asset) => asset.entry);
    const unknown = activation ? unknownNames(activation, entries) : [];
    const told = JSON.stringify([hco?.metadata.uid, activation?.enabled, fault, unknown]);
    if (told === this.#told) return;
    this.#told = told;
    if (hco === undefined) logger.info('HCO not found', { name: hyperConverged.name, namespace });
    else if (!activation?.enabled) {
      const annotation = hyperConvergedAnnotations.autopilot;
      logger.info('Autopilot not enabled', { annotation, value: hco.metadata.annotations?.[annotation] });
    }
    if (unknown.length > 0) logger.warn('The autopilot annotation names what is no asset or group', { unknown: unknown.join(', ') });
    if (fault === undefined) return;
    const annotation = hyperConvergedAnnotations.disabledResources;
    logger.error('Failed to read the exclusions: none are in force', { annotation, error: fault });
    this.#record('Warning', 'InvalidExclusions', `Annotation ${annotation} is not used: ${fault}`);
  }

  succeeded(figures: { applied: number; total: number }): void {
    this.#options.logger.info('Successfully reconciled virt platform', figures);
    this.#record(
      'Normal',
      'ReconcileSucceeded',
      `Golden state is in place: ${figures.applied} of ${figures.total} assets apply to this cluster`,
    );
  }

  crdAdded(crd: CrdEntry): void {
    const assets = this.#options.catalog.assets
      .filter(
        ({ entry, head }) => entry.gateCrd === crd.name || (head.kind === crd.kind && groupOf(head.apiVersion) === groupOf(crd.apiVersion)),
      )
      .map((asset) => asset.entry.name);
    this.#options.logger.info('New managed CRD created', { crd: crd.name, assets: assets.join(', ') });
    const list = assets.length > 1 ? `${assets.slice(0, -1).join(', ')} and ${assets.at(-1)}` : (assets[0] ?? 'no asset');
    this.#record('Normal', 'CRDDiscovered', `CRD ${crd.name} was installed: ${list}`);
  }

  crdRemoved(crd: CrdEntry): void {
    this.#options.logger.info('Watched CRD deleted', { crd: crd.name });
  }

  /** A source of the context cannot be read, or can be read again. What is known of it stays in force. */
  unreadable(kind: string, error: Error | undefined): void {
    if (error === undefined) {
      this.#faults.clear(kind, 'Source of the context can be read again', { kind });
      return;
    }
    const text = messageOf(error);
    if (!this.#faults.report(kind, 'Failed to read a source of the context', text, { kind, error: text })) return;
    this.#record('Warning', 'HardwareDetectionFailed', `${kind} cannot be read: ${text}`);
  }

  #record(type: 'Normal' | 'Warning', reason: string, message: string): void {
    const hco = this.#options.hco();
    if (hco) this.#options.events.record({ type, reason, message, regarding: regardingOf(hco) });
  }
}

function groupOf(apiVersion: string): string {
  return apiVersion.split('/')[0] ?? '';
}
