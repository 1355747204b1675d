import type { KubeObject } from '@caretaker/kube';
import { apiVersion } from '../../src/api/names.ts';
import { parseTemplate } from '../../src/api/parse.ts';
import type { Template } from '../../src/api/types.ts';
import { type CompiledTemplate, compileTemplate } from '../../src/template/compiled.ts';
import { goText } from '../../src/template/go-text.ts';

export const templateObject = (spec: Record<string, unknown>): KubeObject => ({
  apiVersion,
  kind: 'TenantTemplate',
  metadata: { name: 'web', namespace: 'tenants', uid: 'tt-1', generation: 1 },
  spec: { registryId: 'acme-saas', ...spec },
});
export const templateOf = (spec: Record<string, unknown>): Template => parseTemplate(templateObject(spec));
export const compiled = (spec: Record<string, unknown>): CompiledTemplate => compileTemplate(templateOf(spec).spec, goText);

/** A ConfigMap entry of a template. */
export const configMap = (id: string, data: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => ({
  id,
  nameTemplate: `{{ .uid }}-${id}`,
  spec: { apiVersion: 'v1', kind: 'ConfigMap', data },
  ...more,
});
