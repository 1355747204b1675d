import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestMetrics } from '../../src/server/request-metrics.ts';

test('requests are counted by what they asked, how long they took and how they ended', () => {
  const metrics = new RequestMetrics();
  const labels = { verb: 'GET', group: '', version: 'v1', resource: 'pods', subresource: '', scope: 'resource' };
  metrics.observe(labels, 200, 0.01);
  metrics.observe(labels, 404, 0.5);
  metrics.observe(labels, 200, 90);
  const all = 'component="apiserver",group="",resource="pods",scope="resource",subresource="",verb="GET",version="v1"';
  const lines = metrics.lines();
  for (const wanted of [
    `apiserver_request_duration_seconds_bucket{${all},le="0.005"} 0`,
    `apiserver_request_duration_seconds_bucket{${all},le="0.025"} 1`,
    `apiserver_request_duration_seconds_bucket{${all},le="60"} 2`,
    `apiserver_request_duration_seconds_bucket{${all},le="+Inf"} 3`,
    `apiserver_request_duration_seconds_sum{${all}} 90.51`,
    `apiserver_request_duration_seconds_count{${all}} 3`,
    `apiserver_request_total{code="200",${all}} 2`,
    `apiserver_request_total{code="404",${all}} 1`,
  ]) {
    assert.ok(lines.includes(wanted), wanted);
  }
});
