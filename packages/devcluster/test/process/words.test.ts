import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandLineError, expandVariables, parseCommand } from '../../src/process/command-line.ts';
import { imageCommand, imageName, isInteractive, programOf } from '../../src/process/image-table.ts';

test('a command is a JSON array or words with shell quoting', () => {
  const rows: [text: string, words: string[]][] = [
    ['["node","main.ts","a b"]', ['node', 'main.ts', 'a b']],
    ['node main.ts', ['node', 'main.ts']],
    ['  node   main.ts  ', ['node', 'main.ts']],
    ['sh -c \'echo "hi" there\'', ['sh', '-c', 'echo "hi" there']],
    ['sh -c "echo \\"hi\\" \'x\'"', ['sh', '-c', 'echo "hi" \'x\'']],
    ['a\\ b c', ['a b', 'c']],
    ["run ''", ['run', '']],
    ['--name=$(POD_NAME)', ['--name=$(POD_NAME)']],
  ];
  for (const [text, words] of rows) assert.deepEqual(parseCommand(text), words, text);
});

test('a command that cannot be read says why', () => {
  for (const [text, pattern] of [
    ['', /empty/],
    ['[]', /empty/],
    ['["a"', /no JSON array/],
    ['[1]', /array of strings/],
    ["a 'b", /open '/],
  ] as const) {
    assert.throws(
      () => parseCommand(text),
      (error) => error instanceof CommandLineError && pattern.test(error.message),
      text,
    );
  }
});

test('variables expand as Kubernetes expands them', () => {
  const variables = { POD_IP: '127.1.2.3', EMPTY: '' };
  const rows: [text: string, expected: string][] = [
    ['$(POD_IP):8080', '127.1.2.3:8080'],
    ['$$(POD_IP)', '$(POD_IP)'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['[$(EMPTY)]', '[]'],
    ['$POD_IP ${POD_IP}', '$POD_IP ${POD_IP}'],
  ];
  for (const [text, expected] of rows) assert.equal(expandVariables(text, variables), expected, text);
});

test('images are known by the last part of their repository', () => {
  for (const [image, name] of [
    ['mysql:8', 'mysql'],
    ['docker.io/library/mysql:8.4@sha256:abc', 'mysql'],
    ['registry.example.com:5000/team/Busybox', 'busybox'],
  ] as const) {
    assert.equal(imageName(image), name);
  }
  assert.equal(programOf('nginx:1'), undefined);
});

test('a known image runs the local program that plays it', () => {
  const mysql = programOf('mysql:8');
  const curl = programOf('curlimages/curl');
  const busybox = programOf('busybox');
  assert.ok(mysql && curl && busybox);
  const only =
    (...names: string[]) =>
    (name: string): boolean =>
      names.includes(name);
  assert.deepEqual(imageCommand(mysql, [], ['mysql', '-h', 'db'], only('mariadb')), ['mariadb', '-h', 'db']);
  assert.deepEqual(imageCommand(mysql, [], ['mysql', '-h', 'db'], only('mysql', 'mariadb')), ['mysql', '-h', 'db']);
  const statement = imageCommand(mysql, [], ['mysql', '-h', 'db', '-e', 'SELECT 1'], only('mariadb'));
  assert.deepEqual(statement, ['mariadb', '-h', 'db', '-e', 'SELECT 1', '--batch']);
  assert.deepEqual([isInteractive(statement), isInteractive(['mariadb', '-h', 'db'])], [false, true]);
  assert.deepEqual(imageCommand(curl, [], ['-s', 'http://web'], only('curl')), ['curl', '-s', 'http://web']);
  assert.deepEqual(imageCommand(curl, [], ['curl', 'http://web'], only('curl')), ['curl', 'http://web']);
  assert.deepEqual(imageCommand(busybox, [], [], only('sh')), ['sh']);
  assert.deepEqual(imageCommand(busybox, ['/bin/sh', '-c'], ['true'], only()), ['/bin/sh', '-c', 'true']);
});
