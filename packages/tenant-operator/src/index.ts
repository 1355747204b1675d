export { annotations, apiVersion, fieldManager, labels, registryKind, templateKind, tenantKind } from './api/names.ts';
export { InvalidObjectError, parseRegistry, parseTemplate, parseTenant } from './api/parse.ts';
export type { DeletionHold, Registry, RegistrySpec, Template, TemplateSpec, Tenant, TenantSpec } from './api/types.ts';
export { defaultFlags, FlagError, type OperatorFlags, parseFlags } from './operator/flags.ts';
export { type RunningOperator, type StartOptions, startTenantOperator } from './operator/start.ts';
export { openSource, type SourceConfig, type SourceFactory } from './sources/config.ts';
export { SourceError, type SourceErrorCode } from './sources/errors.ts';
export type { ReadRequest, Source, SourceRow } from './sources/source.ts';
