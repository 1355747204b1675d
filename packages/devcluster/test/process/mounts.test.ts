import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onThisMachine } from '../../src/process/mount-paths.ts';

const MOUNTS = [
  { path: '/etc/op/certs', at: '/here/certs' },
  { path: '/etc/op', at: '/here/config' },
];

test('paths of volumes are found where a path can be, and nowhere else', () => {
  const rows: [word: string, here: string][] = [
    ['/etc/op', '/here/config'],
    ['--config=/etc/op/config.yaml', '--config=/here/config/config.yaml'],
    ['/etc/op/certs/tls.crt', '/here/certs/tls.crt'],
    ['cat /etc/op/a; ls "/etc/op/certs"', 'cat /here/config/a; ls "/here/certs"'],
    ['a:/etc/op:/etc/op/certs', 'a:/here/config:/here/certs'],
    ['/etc/operator/x', '/etc/operator/x'],
    ['/var/etc/op/x', '/var/etc/op/x'],
    ['--name=etc', '--name=etc'],
  ];
  for (const [word, here] of rows) assert.equal(onThisMachine(word, MOUNTS), here);
});
