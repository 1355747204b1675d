// The two scripts that swap-enable puts on nodes, run with Python on a made-up file system.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { shippedAssets } from '../src/command/flags.ts';

function onNode(files: Record<string, string>, links: Record<string, string>, use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'autopilot-node-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      symlinkSync(target, join(root, path));
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

function run(script: string, root: string, ...options: string[]): { code: number | null; out: string; err: string } {
  const file = join(shippedAssets, 'nodes', 'scripts', script);
  const done = spawnSync('python3', [file, '--root', root, ...options], { encoding: 'utf8' });
  assert.equal(done.error, undefined, 'these tests need python3, which the scripts are written in');
  return { code: done.status, out: done.stdout, err: done.stderr };
}

/** A node of 64 GiB with one zone; pages of 4 KiB. */
function memory(low: number, more: Record<string, string> = {}): Record<string, string> {
  return {
    'proc/meminfo': 'MemTotal:       67108864 kB\nMemFree:  1 kB\n',
    'proc/zoneinfo': `Node 0, zone   Normal\n  pages free     1\n        min      16896\n        low      ${low}\n        high     30000\n        managed  16515072\n`,
    'proc/sys/vm/watermark_scale_factor': '10\n',
    ...more,
  };
}
const factorOf = (root: string): string => readFileSync(join(root, 'proc/sys/vm/watermark_scale_factor'), 'utf8').trim();
const tune = (root: string): ReturnType<typeof run> => run('kubevirt-tune-watermarks.py', root, '--attempts', '1');

test('watermarks: LOW is lifted to eviction + max(256 Mi, 1 %) of memory', () => {
  onNode(memory(33792), {}, (root) => {
    // (100 Mi + 655.36 Mi - 66 Mi) of 64512 Mi managed, in 1/10000, rounded up.
    assert.equal(tune(root).code, 0);
    assert.equal(factorOf(root), '107');
  });
});

test('watermarks: the threshold comes from the kubelet, as YAML or JSON, as quantity or percentage', () => {
  const configs: [string, string, string][] = [
    [
      'etc/kubernetes/kubelet.conf',
      'kind: KubeletConfiguration\nevictionHard:\n  imagefs.available: 15%\n  memory.available: 500Mi\n',
      '169',
    ],
    ['etc/kubernetes/kubelet.conf', '{"evictionHard":{"memory.available":"500Mi"}}', '169'],
    ['var/lib/kubelet/config.yaml', 'evictionHard:\n  memory.available: "1%"\n', '193'],
    ['etc/kubernetes/kubelet.conf', 'evictionSoft:\n  memory.available: 5Gi\n', '107'],
  ];
  for (const [path, text, factor] of configs) {
    onNode(memory(200_000 / 2, { [path]: text }), {}, (root) => {
      tune(root);
      assert.equal(factorOf(root), factor, text);
    });
  }
});

test('watermarks: a LOW that is high enough is left alone; the factor stays within the kernel’s limits', () => {
  onNode(memory(300_000), {}, (root) => {
    assert.match(tune(root).out, /high enough/);
    assert.equal(factorOf(root), '10');
  });
  onNode(memory(1000, { 'etc/kubernetes/kubelet.conf': 'evictionHard: {memory.available: 50Gi}\n' }), {}, (root) => {
    assert.equal(tune(root).code, 1, 'LOW is still below the threshold');
    assert.equal(factorOf(root), '1000');
  });
});

const disks = {
  'proc/swaps':
    'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/nvme0n1p5                          partition\t8388604\t\t0\t\t100\n/var/tmp/ocpswap.file                   file\t8388604\t\t0\t\t10\n',
  'proc/mounts': '/dev/dm-0 / xfs rw 0 0\n/dev/sdb1 /var xfs rw 0 0\ntmpfs /var/tmp2 tmpfs rw 0 0\n/dev/dm-0 /sysroot xfs rw 0 0\n',
  'dev/nvme0n1p5': '',
  'dev/sdb1': '',
  'dev/dm-0': '',
  'sys/devices/pci/nvme0n1/nvme0n1p5/partition': '5',
  'sys/devices/pci/sdb/sdb1/partition': '1',
  'sys/devices/pci/sda/sda4/partition': '4',
  'sys/devices/virtual/block/dm-0/slaves/sda4': '',
};
const classes = {
  'sys/class/block/nvme0n1p5': '../../devices/pci/nvme0n1/nvme0n1p5',
  'sys/class/block/sdb1': '../../devices/pci/sdb/sdb1',
  'sys/class/block/sda4': '../../devices/pci/sda/sda4',
  'sys/class/block/dm-0': '../../devices/virtual/block/dm-0',
};

test('io latency: whole disks behind a partition, a swap file and a mapped root get their targets', () => {
  onNode(disks, classes, (root) => {
    const { code, out } = run('kubevirt-io-latency-setup.py', root, '--no-reload');
    assert.equal(code, 0);
    assert.match(out, /\/dev\/nvme0n1, \/dev\/sda, \/dev\/sdb/);
    const dropIn = (slice: string): string => readFileSync(join(root, `run/systemd/system/${slice}.d/20-io-latency.conf`), 'utf8');
    assert.equal(
      dropIn('system.slice'),
      '[Slice]\nIODeviceLatencyTargetSec=/dev/nvme0n1 5ms\nIODeviceLatencyTargetSec=/dev/sda 5ms\nIODeviceLatencyTargetSec=/dev/sdb 5ms\n',
    );
    assert.match(dropIn('kubepods.slice'), /\/dev\/sda 50ms/);
  });
});

test('io latency: without swap nothing is written; without disks it fails', () => {
  onNode({ ...disks, 'proc/swaps': 'Filename Type Size Used Priority\n' }, classes, (root) => {
    assert.match(run('kubevirt-io-latency-setup.py', root, '--no-reload').out, /nothing to guard/);
  });
  onNode(disks, {}, (root) => {
    const { code, err } = run('kubevirt-io-latency-setup.py', root, '--no-reload');
    assert.equal(code, 1);
    assert.match(err, /no block device/);
  });
});
