/** The kinds that sequences are about. */
import { configMap } from './config-map.ts';
import { thing, widget } from './custom.ts';
import { deployment } from './deployment.ts';
import { ingress } from './ingress.ts';
import type { Kind } from './kind.ts';
import { service } from './service.ts';

export const KINDS: readonly Kind[] = [configMap, deployment, service, ingress, widget, thing];
