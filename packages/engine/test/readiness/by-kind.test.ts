// tenant-operator-ancestor.md §2.5 with DESIGN §10.10 and §10.18.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@caretaker/kube';
import { readinessByKind } from '../../src/readiness/by-kind.ts';

type Row = readonly [kind: string, name: string, parts: Record<string, unknown>, ready: boolean, words?: RegExp];
const seen = { observedGeneration: 2 };

const rows: readonly Row[] = [
  ['v1/ConfigMap', 'exists', {}, true],
  ['v1/Secret', 'exists', {}, true],
  ['v1/ServiceAccount', 'exists', {}, true],
  ['batch/v1/CronJob', 'exists', { status: {} }, true],
  [
    'policy/v1/PodDisruptionBudget',
    'exists, whatever its conditions',
    { status: { conditions: [{ type: 'DisruptionAllowed', status: 'False' }] } },
    true,
  ],
  ['networking.k8s.io/v1/NetworkPolicy', 'exists', {}, true],
  ['networking.k8s.io/v1/Ingress', 'exists', { status: { loadBalancer: {} } }, true],
  ['v1/Namespace', 'Active', { status: { phase: 'Active' } }, true],
  ['v1/Namespace', 'Terminating', { status: { phase: 'Terminating' } }, false, /Terminating/],
  ['v1/Service', 'ClusterIP', { spec: { type: 'ClusterIP' } }, true],
  [
    'v1/Service',
    'LoadBalancer without an address',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: {} } },
    false,
    /no load balancer address/,
  ],
  [
    'v1/Service',
    'LoadBalancer with one',
    { spec: { type: 'LoadBalancer' }, status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } },
    true,
  ],
  [
    'serving.knative.dev/v1/Service',
    'of Knative: by its own condition',
    { spec: { type: 'LoadBalancer' }, status: { conditions: [{ type: 'Ready', status: 'False', message: 'no revision' }] } },
    false,
    /no revision/,
  ],
  ['v1/PersistentVolumeClaim', 'Bound', { status: { phase: 'Bound' } }, true],
  ['v1/PersistentVolumeClaim', 'Pending', { status: { phase: 'Pending' } }, false, /Pending/],
  ['v1/PersistentVolumeClaim', 'Lost', { status: { phase: 'Lost' } }, false, /Lost/],
  ['autoscaling/v2/HorizontalPodAutoscaler', 'able to scale', { status: { conditions: [{ type: 'AbleToScale', status: 'True' }] } }, true],
  ['autoscaling/v2/HorizontalPodAutoscaler', 'without conditions', { status: {} }, false, /AbleToScale is not reported/],
  [
    'apps/v1/Deployment',
    'all replicas',
    { spec: { replicas: 2 }, status: { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 2 } },
    true,
  ],
  [
    'apps/v1/Deployment',
    'one missing',
    { spec: { replicas: 2 }, status: { ...seen, replicas: 2, updatedReplicas: 2, availableReplicas: 1 } },
    false,
    /^1 of 2 replicas available$/,
  ],
  [
    'apps/v1/Deployment',
    'one not updated',
    { spec: { replicas: 2 }, status: { ...seen, replicas: 2, updatedReplicas: 1, availableReplicas: 2 } },
    false,
    /1 of 2 replicas updated/,
  ],
  [
    'apps/v1/Deployment',
    'old replicas still there',
    { spec: { replicas: 2 }, status: { ...seen, replicas: 3, updatedReplicas: 2, availableReplicas: 2 } },
    false,
    /1 old/,
  ],
  ['apps/v1/Deployment', 'no status', { spec: { replicas: 2 } }, false, /no status/],
  [
    'apps/v1/Deployment',
    'status of an older spec',
    { spec: { replicas: 1 }, status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
    false,
    /generation 1, spec is at 2/,
  ],
  [
    'apps/v1/Deployment',
    'replicas left out means 1',
    { spec: {}, status: { ...seen, replicas: 1, updatedReplicas: 1, availableReplicas: 1 } },
    true,
  ],
  [
    'apps/v1/Deployment',
    'past its progress deadline',
    {
      spec: { replicas: 1 },
      status: {
        ...seen,
        replicas: 1,
        updatedReplicas: 1,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
      },
    },
    false,
    /0 of 1 replicas available: timed out/,
  ],
  ['apps/v1/StatefulSet', 'ready', { spec: { replicas: 2 }, status: { ...seen, readyReplicas: 2, updatedReplicas: 2 } }, true],
  [
    'apps/v1/StatefulSet',
    'updating',
    { spec: { replicas: 2 }, status: { ...seen, readyReplicas: 2, updatedReplicas: 1 } },
    false,
    /1 of 2 replicas updated/,
  ],
  [
    'apps/v1/StatefulSet',
    'with a partition',
    {
      spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
      status: { ...seen, readyReplicas: 2, updatedReplicas: 1 },
    },
    true,
  ],
  [
    'apps/v1/StatefulSet',
    'OnDelete',
    { spec: { replicas: 2, updateStrategy: { type: 'OnDelete' } }, status: { ...seen, readyReplicas: 2 } },
    true,
  ],
  [
    'apps/v1/DaemonSet',
    'all pods',
    { status: { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 } },
    true,
  ],
  [
    'apps/v1/DaemonSet',
    'one pod short',
    { status: { ...seen, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 } },
    false,
    /2 of 3 pods available/,
  ],
  ['batch/v1/Job', 'complete', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }, true],
  [
    'batch/v1/Job',
    'failed',
    { status: { conditions: [{ type: 'Failed', status: 'True', message: 'BackoffLimitExceeded' }] } },
    false,
    /BackoffLimitExceeded/,
  ],
  ['batch/v1/Job', 'running', { spec: { completions: 3 }, status: { succeeded: 1 } }, false, /1 of 3 completions/],
  ['batch/v1/Job', 'suspended', { spec: { suspend: true }, status: { conditions: [{ type: 'Suspended', status: 'True' }] } }, true],
  ['example.com/v1/Job', 'of a CRD: no batch rule', { status: {} }, true],
  ['v1/Pod', 'ready', { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }, true],
  ['v1/Pod', 'starting', { status: { phase: 'Pending' } }, false, /Pending/],
  [
    'apiextensions.k8s.io/v1/CustomResourceDefinition',
    'established',
    { status: { conditions: [{ type: 'Established', status: 'True' }] } },
    true,
  ],
  ['apiextensions.k8s.io/v1/CustomResourceDefinition', 'new', {}, false, /Established/],
  ['example.com/v1/Thing', 'without status', {}, true],
  [
    'example.com/v1/Thing',
    'Ready False',
    { status: { conditions: [{ type: 'Ready', status: 'False', reason: 'X', message: 'not yet' }] } },
    false,
    /not yet/,
  ],
  [
    'example.com/v1/Thing',
    'Ready of an older generation',
    { status: { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }] } },
    false,
    /generation 1/,
  ],
  ['example.com/v1/Thing', 'Available True', { status: { conditions: [{ type: 'Available', status: 'True' }] } }, true],
  [
    'example.com/v1/Thing',
    'Reconciling',
    {
      status: {
        conditions: [
          { type: 'Reconciling', status: 'True', message: 'busy' },
          { type: 'Ready', status: 'True' },
        ],
      },
    },
    false,
    /busy/,
  ],
  ['example.com/v1/Thing', 'Stalled', { status: { conditions: [{ type: 'Stalled', status: 'True', message: 'stuck' }] } }, false, /stuck/],
  ['example.com/v1/Thing', 'observedGeneration behind', { status: { observedGeneration: 1 } }, false, /generation 1/],
];

for (const [kind, name, parts, ready, words] of rows) {
  test(`readiness of ${kind}: ${name} is ${ready ? 'ready' : 'not ready'}`, () => {
    const cut = kind.lastIndexOf('/');
    const object: KubeObject = {
      apiVersion: kind.slice(0, cut),
      kind: kind.slice(cut + 1),
      metadata: { name: 'x', generation: 2 },
      ...parts,
    };
    const found = readinessByKind(object);
    assert.equal(found.ready, ready, found.message);
    if (words) assert.match(found.message, words);
    const deleting: KubeObject = { ...object, metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    assert.equal(readinessByKind(deleting).ready, false, 'an object being deleted is never ready');
  });
}
