import { type Answer, pageNotFound, textAnswer } from '../answers/answer.ts';
import type { ApiRequest } from '../api-request.ts';

/** Checks after the first ones, which differ, in the order in which a kube-apiserver installs them. */
const HOOKS = [
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/peer-endpoint-reconciler-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/storage-readiness',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

const ALIVE = ['ping', 'log', 'loopback-serving-certificate', 'etcd', ...HOOKS];

/** Checks of each path, in order. */
export const CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ALIVE,
  livez: ALIVE,
  readyz: ['ping', 'log', 'etcd', 'etcd-readiness', 'informer-sync', ...HOOKS, 'shutdown'],
};

/** `/healthz`, `/livez`, `/readyz` with ?verbose and ?exclude, and each check by itself. All is always well. Undefined for other paths. */
export function answerHealth(request: ApiRequest): Answer | undefined {
  const [, name = '', check] = /^\/(healthz|livez|readyz)(?:\/(.*))?$/.exec(request.path) ?? [];
  const checks = CHECKS[name];
  if (checks === undefined) return undefined;
  if (check !== undefined) return checks.includes(check) ? textAnswer(200, 'ok') : pageNotFound();
  if (!request.query.has('verbose')) return textAnswer(200, 'ok');
  const excluded = new Set(request.query.getAll('exclude'));
  const lines = checks.map((each) => (excluded.has(each) ? `[+]${each} excluded: ok\n` : `[+]${each} ok\n`));
  const unknown = [...excluded].filter((each) => !checks.includes(each)).sort();
  const warning =
    unknown.length === 0
      ? ''
      : `warn: some health checks cannot be excluded: no matches for ${unknown.map((each) => JSON.stringify(each)).join(',')}\n`;
  return textAnswer(200, `${lines.join('')}${warning}${name} check passed\n`);
}
