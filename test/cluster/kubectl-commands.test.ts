// The same kubectl commands typed at a devcluster and at a real control plane: exit code, stdout and stderr are equal but for identity and time.
// CARETAKER_REAL_KUBECONFIG=FILE takes a control plane that runs already; CARETAKER_KUBECTL=FILE another kubectl; CARETAKER_SESSIONS=a,b only these;
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { startDevCluster, workloadControllers } from '@caretaker/devcluster';
import { differences } from './kubectl/compare.ts';
import { makeFiles } from './kubectl/make-files.ts';
import { turns } from './kubectl/sessions.ts';
import { Side } from './kubectl/side.ts';
import { equalInOneOf } from './lib/attempts.ts';
import { startControlPlane } from './lib/control-plane.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubectl-commands-'));
const chosen = process.env['CARETAKER_KUBECTL'];
if (chosen !== undefined) {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(chosen, join(folder, 'bin', 'kubectl'));
  process.env['PATH'] = `${join(folder, 'bin')}:${process.env['PATH']}`;
}

const running = process.env['CARETAKER_REAL_KUBECONFIG'];
const plane = running === undefined ? await startControlPlane({ port: 28_400, pods: true }) : undefined;
const realKubeconfig = plane?.kubeconfig ?? running ?? '';
const ours = await startDevCluster({
  controllers: (cluster) =>
    workloadControllers(cluster, {
      nodes: {
        names: ['fake-1', 'fake-2'],
        capacity: { cpu: '1k', memory: '1Ti', pods: '1M' },
        kubeletVersion: 'kwok-0.7.0',
      },
    }),
});
const files = makeFiles(folder);
const realSide = new Side({ files, folder: join(folder, 'real'), kubeconfig: readFileSync(realKubeconfig, 'utf8') });
const ourSide = new Side({ files, folder: join(folder, 'ours'), kubeconfig: ours.kubeconfigText });

after(async () => {
  await ours.close();
  await plane?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const wanted = process.env['CARETAKER_SESSIONS']?.split(',');
for (const [turn, sessions] of turns.entries()) {
  describe(`kubectl cannot tell devcluster from a real control plane, ${turn + 1} of ${turns.length}`, { concurrency: 4 }, () => {
    for (const each of sessions.filter(({ name }) => wanted?.includes(name) ?? true)) {
      test(`${each.name}: ${each.lines.length} commands`, (context) =>
        equalInOneOf(
          context,
          async () => (await differences(each, realSide, ourSide)).join('\n'),
          () => Promise.all([realSide.forget(each), ourSide.forget(each)]),
        ));
    }
  });
}
