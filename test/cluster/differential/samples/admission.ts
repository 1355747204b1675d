import type { JsonObject } from '../shapes.ts';
import { cluster, plainSelector, type Sample } from './sample.ts';

const matchResources: JsonObject = {
  matchPolicy: 'Exact',
  namespaceSelector: plainSelector,
  resourceRules: [
    {
      apiGroups: ['none.example.com'],
      apiVersions: ['v1'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['nothings'],
      resourceNames: ['a'],
    },
  ],
};

export const ADMISSION_SAMPLES: readonly Sample[] = [
  cluster('admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', {
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { service: { name: 's', namespace: 'n', path: '/p', port: 443 } },
        rules: [
          { apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['nothings'], scope: 'Namespaced' },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        failurePolicy: 'Ignore',
        timeoutSeconds: 5,
        namespaceSelector: plainSelector,
      },
    ],
  }),
  cluster('admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', {
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { url: 'https://127.0.0.1:1/x' },
        rules: [{ apiGroups: ['none.example.com'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['nothings/status'] }],
        sideEffects: 'NoneOnDryRun',
        admissionReviewVersions: ['v1', 'v1beta1'],
        reinvocationPolicy: 'IfNeeded',
        matchPolicy: 'Exact',
        objectSelector: plainSelector,
        matchConditions: [{ name: 'a', expression: 'object.metadata.name == "a"' }],
      },
    ],
  }),
  cluster('admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', {
    spec: {
      failurePolicy: 'Ignore',
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConstraints: matchResources,
      matchConditions: [{ name: 'a', expression: 'object.metadata.name == "a"' }],
      variables: [{ name: 'n', expression: 'object.metadata.name' }],
      validations: [
        { expression: 'variables.n != "x"', message: 'm', reason: 'Forbidden' },
        { expression: 'true', messageExpression: '"a"' },
      ],
      auditAnnotations: [{ key: 'k', valueExpression: '"v"' }],
    },
  }),
  cluster('admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', {
    spec: {
      policyName: 'none-such',
      paramRef: { name: 'p', namespace: 'n', parameterNotFoundAction: 'Deny' },
      matchResources: { namespaceSelector: plainSelector },
      validationActions: ['Warn', 'Audit'],
    },
  }),
];
