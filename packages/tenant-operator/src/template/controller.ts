/** The TenantTemplate controller: validates a template, publishes it as a ControllerRevision and counts its tenants. */
import type { Controller, ReconcileRequest, Result } from '@caretaker/kube';
import { templateKind } from '../api/names.ts';
import { InvalidObjectError, parseTemplate } from '../api/parse.ts';
import type { Registry, Template, TemplateStatus } from '../api/types.ts';
import type { Caches } from '../operator/caches.ts';
import { faultLog } from '../operator/fault-log.ts';
import type { OperatorMetrics } from '../operator/metrics.ts';
import { ownStatus } from '../operator/own-status.ts';
import { keyOf, type Runtime, splitKey } from '../operator/runtime.ts';
import { writeStatus } from '../operator/write-status.ts';
import type { TemplateBook } from './book.ts';
import { compileTemplate } from './compiled.ts';
import { pruneRevisions, publish } from './publish.ts';
import { templateStatus } from './status.ts';
import type { TextLanguage } from './text.ts';
import { type TemplateFault, unmappedVariables, validateTemplate } from './validate.ts';

export interface TemplateControllerOptions {
  caches: Caches;
  book: TemplateBook;
  metrics: OperatorMetrics;
  language: TextLanguage;
  /** Keys the part of a revision's hash that is over Secrets. */
  hashKey: Uint8Array;
  concurrency: number;
  /** A registry's templates changed in a way that concerns its tenants. */
  onChange(namespace: string, registry: string): void;
}

interface Judgement {
  /** Faults of the template itself: it is not published. */
  faults: readonly TemplateFault[];
  registryMissing: boolean;
  warnings: readonly string[];
}

export function createTemplateController(runtime: Runtime, options: TemplateControllerOptions): Controller {
  const { client, clock, events } = runtime;
  const logger = runtime.logger.with({ reconciler: 'tenanttemplate' });
  const { caches, book, metrics } = options;
  const statuses = ownStatus<TemplateStatus>();
  const faults = faultLog(clock);
  const judgements = new Map<string, { of: string; judgement: Judgement }>();
  const registries = new Map<string, string>();

  const registryOf = (template: Template): Registry | undefined =>
    caches.registries.get(template.metadata.namespace, template.spec.registryId);

  /** Judged once per generation of the template and of its registry. */
  function judge(key: string, template: Template, registry: Registry | undefined): Judgement {
    const of = `${template.metadata.uid} ${template.metadata.generation ?? 0} ${registry?.metadata.uid ?? ''} ${registry?.metadata.generation ?? ''}`;
    const known = judgements.get(key);
    if (known?.of === of) return known.judgement;
    const compiled = compileTemplate(template.spec, options.language);
    const unmapped = registry ? unmappedVariables(compiled, registry.spec) : [];
    const judgement: Judgement = {
      faults: validateTemplate(template.spec, compiled),
      registryMissing: registry === undefined,
      warnings: unmapped.map(
        ({ variable, id }) => `resource ${id} reads variable "${variable}", which registry ${template.spec.registryId} maps to no column`,
      ),
    };
    judgements.set(key, { of, judgement });
    return judgement;
  }

  function tell(template: Template, judgement: Judgement): void {
    const { name, namespace, uid } = template.metadata;
    const regarding = { ...templateKind, name, namespace, uid };
    const before = template.status.conditions?.find(({ type }) => type === 'Valid');
    const messages = judgement.faults.map(({ message }) => message);
    const missing = `TenantRegistry ${template.spec.registryId} does not exist in namespace ${namespace}`;
    const all = [...messages, ...(judgement.registryMissing ? [missing] : [])];
    if (all.length === 0) {
      if (before?.status !== 'True')
        events.record({ regarding, type: 'Normal', reason: 'ValidationPassed', message: 'the template is valid' });
      for (const message of judgement.warnings)
        if (before?.message.includes(message) !== true) events.record({ regarding, type: 'Warning', reason: 'UnmappedVariable', message });
      faults.clear(keyOf(namespace, name));
      return;
    }
    if (before?.status === 'False' && before.message === all.join('; ')) return;
    for (const { reason, message } of judgement.faults)
      events.record({
        regarding,
        type: 'Warning',
        reason: reason === 'TemplateSyntax' || reason === 'ManifestIncomplete' ? 'ValidationFailed' : reason,
        message,
      });
    if (judgement.registryMissing) events.record({ regarding, type: 'Warning', reason: 'RegistryNotFound', message: missing });
    if (faults.tell(keyOf(namespace, name), all.join()) !== undefined)
      logger.warn('template is not valid', { template: name, namespace, registry: template.spec.registryId, problem: all.join('; ') });
  }

  async function forget(key: string): Promise<undefined> {
    const registry = registries.get(key);
    registries.delete(key);
    judgements.delete(key);
    statuses.forget(key);
    book.delete(key);
    const { namespace, name } = splitKey(key);
    metrics.renderErrors.remove({ template: name, namespace });
    if (registry !== undefined) options.onChange(namespace, registry);
    return undefined;
  }

  async function settle(key: string, template: Template, signal: AbortSignal): Promise<void> {
    const { namespace, name } = template.metadata;
    const registry = registryOf(template);
    const judgement = judge(key, template, registry);
    tell(template, judgement);
    const before = book.currentRevision(namespace, name);
    const judged = book.judged(template);
    const valid = judgement.faults.length === 0;
    const revision = valid ? await publish(client, caches, template, registry, options.hashKey, signal) : before;
    // The counter is there at zero, so that its rate has a beginning.
    metrics.renderErrors.inc({ template: name, namespace }, 0);
    book.set(key, { generation: template.metadata.generation, revision, valid });
    registries.set(key, template.spec.registryId);
    if (!judged || revision !== before) {
      if (revision !== undefined && revision !== before)
        logger.info('template published', { template: name, namespace, registry: template.spec.registryId, revision });
      options.onChange(namespace, template.spec.registryId);
    }
    const missing = judgement.registryMissing
      ? [`TenantRegistry ${template.spec.registryId} does not exist in namespace ${namespace}: create it, tenants follow`]
      : [];
    const verdict = { faults: [...judgement.faults.map(({ message }) => message), ...missing], warnings: judgement.warnings };
    const status = templateStatus(template, caches.tenants.by('template', key), verdict, revision, clock.now());
    const written = await writeStatus(client, templateKind, template, status, signal);
    if (written) statuses.wrote(key, template.metadata.uid, written.metadata.resourceVersion, status);
    if (revision !== undefined) await pruneRevisions(client, caches, template, revision, signal);
  }

  async function reconcile({ key, signal }: ReconcileRequest): Promise<Result | undefined> {
    const { namespace, name } = splitKey(key);
    const raw = caches.templates.raw(namespace, name);
    if (!raw || raw.metadata.deletionTimestamp !== undefined) return forget(key);
    const started = clock.monotonic();
    const observe = (result: 'success' | 'failed' | 'error') =>
      metrics.reconcileDuration.observe({ controller: 'tenanttemplate', result }, (clock.monotonic() - started) / 1000);
    try {
      await settle(key, statuses.latest(key, parseTemplate(raw)), signal);
      observe('success');
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof InvalidObjectError) {
        observe('failed');
        if (faults.tell(key, message) !== undefined) logger.warn('template is not valid', { template: name, namespace, problem: message });
        return undefined;
      }
      observe('error');
      if (!signal.aborted && faults.tell(key, message) !== undefined)
        logger.error('template could not be handled', { template: name, namespace, problem: message });
      throw error;
    }
  }

  return runtime.createController({ name: 'tenanttemplate', concurrency: options.concurrency, reconcile });
}
