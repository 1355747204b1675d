import { session, until } from '../session.ts';

const KINDS = ['tenants', 'tenanttemplates', 'tenantregistries'].map((kind) => `crd/${kind}.operator.kubernetes-tenants.org`);

/** Our own kinds: what the definitions of config/crd say to kubectl. */
export const tenants = session(
  'tenants',
  [
    'kubectl apply -k crd',
    `kubectl wait --for=condition=Established ${KINDS.join(' ')} --timeout=180s`,
    until('kubectl get tenanttemplates,tenantregistries,tenants', /No resources/), // discovery comes after
    ...['tenanttemplate', 'tenantregistry', 'tenant'].map((kind) => until(`kubectl explain ${kind}.spec`, /FIELDS/)), // and OpenAPI after that
    'kubectl apply -k crd',
    'sed s/namespace:.*/namespace:\\ kc-tenants/ template-web.yaml > web-template.yaml',
    'kubectl apply -f web-template.yaml',
    // Defaults inside lists: kubectl sends the list again each time, and nothing is written.
    "kubectl get tenanttemplate web -o jsonpath='{.metadata.resourceVersion}' > before; kubectl apply -f web-template.yaml; kubectl get tenanttemplate web -o jsonpath='{.metadata.resourceVersion}' | cmp - before && echo same version",
    'kubectl apply --server-side --force-conflicts -f web-template.yaml',
    'kubectl diff -f web-template.yaml',
    'kubectl get tenanttemplates',
    'kubectl get tenanttemplate web -o yaml',
    'kubectl explain tenanttemplate.spec.deployments --recursive',
    'kubectl explain tenantregistry.spec.source',
    'kubectl patch tenanttemplate web --type=merge -p \'{"spec":{"registryId":"other"}}\'',
    'kubectl patch tenanttemplate web --type=merge -p \'{"spec":{"configMaps":[{"nameTemplate":"x"}]}}\'',
    'kubectl get tenants,tenantregistries',
    'kubectl delete -f web-template.yaml',
  ],
  KINDS,
);
