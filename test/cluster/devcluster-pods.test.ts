import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startDevCluster, workloadControllers } from '@caretaker/devcluster';

/** What stock kubectl sees of process pods: every command here is run as a person would type it. */
const folder = mkdtempSync(join(tmpdir(), 'devcluster-kubectl-'));
const kubeconfig = join(folder, 'kubeconfig');
let close: () => Promise<void>;
let pod = '';

const CODE = `
  require('http').createServer((q, r) => r.end('hello from ' + process.env.POD_NAME + ' ' + q.url + ' ' + (process.env.COLOR ?? 'none')))
    .listen(8080, process.env.POD_IP, () => console.log('listening'));
  process.on('SIGTERM', () => process.exit(0));
`;

const MANIFEST = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'op', annotations: { 'devcluster.caretaker.dev/command': JSON.stringify(['node', '-e', CODE, '--']) } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'op' } },
    template: {
      metadata: { labels: { app: 'op' } },
      spec: {
        containers: [
          {
            name: 'manager',
            image: 'example.com/op:1',
            ports: [{ name: 'metrics', containerPort: 8080 }],
            env: [
              { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
              { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            readinessProbe: { httpGet: { path: '/', port: 'metrics' }, periodSeconds: 1 },
          },
        ],
      },
    },
  },
};

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function kubectl(args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      'kubectl',
      ['--kubeconfig', kubeconfig, ...args],
      { timeout: 180_000, env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

async function ok(line: string | readonly string[], input = '', env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await kubectl(typeof line === 'string' ? line.split(' ') : line, input, env);
  assert.equal(code, 0, `kubectl ${String(line)}: ${stderr}`);
  return stdout;
}

async function currentPod(): Promise<string> {
  await ok('rollout status deploy/op --timeout=180s');
  return (await pods()).at(-1)?.name ?? '';
}

/** Those that are not on their way out: a rollout is over before the last process has ended. */
async function pods(): Promise<{ name: string; ip: string }[]> {
  const row = '{.metadata.name} {.status.podIP} {.metadata.deletionTimestamp}{"\\n"}';
  const rows = await ok([
    'get',
    'pods',
    '-l',
    'app=op',
    '--field-selector=status.phase=Running',
    '-o',
    `jsonpath={range .items[*]}${row}{end}`,
  ]);
  return rows
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([name = '', ip = '', deleted = '']) => (deleted === '' ? [{ name, ip }] : []));
}

before(async () => {
  const running = await startDevCluster({
    controllers: (cluster) => workloadControllers(cluster, { processes: { directory: join(folder, 'pods') } }),
  });
  close = running.close;
  writeFileSync(kubeconfig, running.kubeconfigText, { mode: 0o600 });
  await ok('apply -f -', JSON.stringify(MANIFEST));
  await ok('expose deploy op --port=80 --target-port=metrics');
  pod = await currentPod();
});

after(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

test('logs', async () => {
  assert.equal(await ok(`logs ${pod}`), 'listening\n');
  assert.match(await ok('logs -l app=op --prefix --timestamps --tail=1'), /^\[pod\/op-\S+\/manager\] \d{4}-\d\d-\d\dT\S+Z listening\n$/);
  assert.equal(await ok('logs deploy/op --since=1h'), 'listening\n');
});

for (const [name, env] of [
  ['WebSocket', {}],
  ['SPDY', { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const) {
  test(`exec over ${name}: input, outputs, exit code`, async () => {
    const piped = await kubectl(['exec', '-i', pod, '--', 'sh', '-c', 'cat; echo problem >&2; exit 3'], 'text', env);
    assert.deepEqual([piped.code, piped.stdout], [3, 'text']);
    assert.match(piped.stderr, /^problem\n/);
    const metrics = await kubectl(['exec', pod, '--', 'curl', '-s', 'localhost:8080/metrics'], '', env);
    assert.equal(metrics.stdout, `hello from ${pod} /metrics none`);
  });

  test(`port-forward over ${name}: pod, deployment, service`, async () => {
    for (const [target, port] of [
      [`pod/${pod}`, 8080],
      ['deploy/op', 8080],
      ['svc/op', 80],
    ] as const) {
      const local = await freePort();
      const child = spawn('kubectl', ['--kubeconfig', kubeconfig, 'port-forward', target, `${local}:${port}`], {
        env: { ...process.env, ...env },
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const answers = await Promise.all([fetchText(local, '/one'), fetchText(local, '/two')]);
      assert.deepEqual(answers, [`hello from ${pod} /one none`, `hello from ${pod} /two none`], target);
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
    }
  });
}

test('exec -it has a terminal of the size of the person’s', { skip: process.platform !== 'linux' }, async () => {
  const wait = 'until [ "$(stty size)" = "33 91" ]; do sleep 0.1; done; tty >/dev/null && stty size';
  const line = `stty cols 91 rows 33; kubectl --kubeconfig ${kubeconfig} exec -it ${pod} -- sh -c '${wait}'`;
  const output = await new Promise<string>((resolve, reject) => {
    execFile('script', ['-qefc', line, '/dev/null'], { timeout: 180_000 }, (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
  assert.equal(output.trim(), '33 91');
});

test('port-forward of several ports, until it is closed', async () => {
  const [one, two] = [await freePort(), await freePort()];
  const child = spawn('kubectl', [
    '--kubeconfig',
    kubeconfig,
    'port-forward',
    `pod/${pod}`,
    `${one}:8080`,
    `${two}:8080`,
    `${await freePort()}:1`,
  ]);
  let said = '';
  await new Promise<void>((resolve) =>
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('-> 1\n')) resolve();
    }),
  );
  assert.deepEqual(await Promise.all([fetchText(one, '/a'), fetchText(two, '/b')]), [
    `hello from ${pod} /a none`,
    `hello from ${pod} /b none`,
  ]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGINT');
  await ended;
  await assert.rejects(fetchText(one, '/'), { code: 'ECONNREFUSED' });
});

test('logs -f ends with its pod, and tells of all containers', async () => {
  const loop = 'echo begun; trap "echo ended; exit 0" TERM; while :; do sleep 0.1; done';
  await ok(['run', 'teller', '--image=busybox', '--restart=Never', '--', 'sh', '-c', loop]);
  await ok('wait --for=condition=Ready pod/teller --timeout=180s');
  const child = spawn('kubectl', ['--kubeconfig', kubeconfig, 'logs', '-f', 'teller', '--all-containers', '--prefix']);
  let followed = '';
  const begun = new Promise<void>((resolve) =>
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      followed += text;
      if (followed.includes('begun\n')) resolve();
    }),
  );
  const closed = new Promise((resolve) => child.once('close', resolve));
  await begun;
  await ok('delete pod teller --wait=true');
  assert.equal(await closed, 0);
  assert.match(followed, /^\[pod\/teller\/teller\] begun\n(.*\n)*\[pod\/teller\/teller\] ended\n$/);
});

test('cp both ways', async () => {
  const [there, back] = [join(folder, 'there.txt'), join(folder, 'back.txt')];
  writeFileSync(there, 'contents ☃');
  await ok(`cp ${there} ${pod}:file.txt`);
  await ok(`cp ${pod}:file.txt ${back}`);
  assert.equal(readFileSync(back, 'utf8'), 'contents ☃');
});

test('top', async () => {
  assert.match(await ok('top pods -l app=op --no-headers'), /^op-\S+ +\d+m +\d+Mi *\n$/);
  assert.match(await ok('top pod --containers --no-headers'), /manager/);
  assert.equal((await ok('top nodes --no-headers')).trim().split('\n').length, 2);
});

test('the proxies of the API server', async () => {
  assert.equal(await ok('get --raw /api/v1/namespaces/default/services/op:80/proxy/a?b=c'), `hello from ${pod} /a?b=c none`);
  assert.equal(await ok(`get --raw /api/v1/namespaces/default/pods/${pod}:metrics/proxy/x`), `hello from ${pod} /x none`);
});

test('run with an image that local programs play', async () => {
  const { code, stdout } = await kubectl([
    'run',
    'once',
    '--rm',
    '-i',
    '--restart=Never',
    '--image=busybox',
    '--',
    'sh',
    '-c',
    'echo out; exit 0',
  ]);
  assert.equal(code, 0);
  assert.match(stdout, /^out\n/);
  const interactive = await kubectl(['run', 'talk', '--rm', '-i', '--restart=Never', '--image=busybox', '--', 'sh'], 'echo $((40+2))\n');
  assert.match(interactive.stdout, /42/);
});

test('attach shows what the process prints', async () => {
  const { stdout } = await kubectl(
    ['run', 'speak', '--rm', '-i', '--restart=Never', '--image=busybox', '--', 'sh', '-c', 'read line; echo "heard $line"'],
    'hello\n',
  );
  assert.match(stdout, /heard hello/);
});

test('set env, rollout restart, scale, delete pod act on the process', async () => {
  await ok('set env deploy/op COLOR=red');
  pod = await currentPod();
  assert.equal(await ok(`exec ${pod} -- curl -s localhost:8080/`), `hello from ${pod} / red`);
  await ok('rollout restart deploy/op');
  const restarted = await currentPod();
  assert.notEqual(restarted, pod);
  await ok(`delete pod ${restarted}`);
  pod = await currentPod();
  assert.notEqual(pod, restarted);
  await ok('scale deploy/op --replicas=2');
  await ok('rollout status deploy/op --timeout=180s');
  assert.equal(new Set((await pods()).map(({ ip }) => ip)).size, process.platform === 'linux' ? 2 : 1);
  assert.match(await ok('rollout history deploy/op'), /^3 /m);
});

test('drain and uncordon', async () => {
  const node = (await ok(`get pod ${pod} -o jsonpath={.spec.nodeName}`)).trim();
  assert.match(await ok(`drain ${node} --ignore-daemonsets --force --delete-emptydir-data --timeout=180s`), /drained/);
  await ok(`uncordon ${node}`);
  await ok('rollout status deploy/op --timeout=180s');
});

test('a person without the right may not exec', async () => {
  const { code, stderr } = await kubectl(['exec', pod, '--as=jane', '--', 'id']);
  assert.equal(code, 1);
  assert.match(stderr, /forbidden/);
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function fetchText(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.once('end', () => resolve(body));
    }).once('error', reject);
  });
}
