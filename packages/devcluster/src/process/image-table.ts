/** How an image's containers are played by local programs. */
export interface ImageProgram {
  /** Programs that must be found, in order of preference; the first found takes the place of the word it stands for. */
  alternatives: Readonly<Record<string, readonly string[]>>;
  /** What runs when the pod gives no command and no args. */
  fallback: readonly string[];
  /** Put before args that do not start with this program (images whose entry point is the program). */
  entrypoint?: string;
}

interface Row extends ImageProgram {
  /** Last part of the repository. */
  names: readonly string[];
}

const MYSQL = { mysql: ['mysql', 'mariadb'], mysqladmin: ['mysqladmin', 'mariadb-admin'], mysqldump: ['mysqldump', 'mariadb-dump'] };
const MARIADB = { mariadb: ['mariadb', 'mysql'], mysql: ['mysql', 'mariadb'] };

/** Only client and shell images: servers stay simulated. */
const ROWS: readonly Row[] = [
  { names: ['mysql', 'mysql-server'], alternatives: MYSQL, fallback: ['mysql'] },
  { names: ['mariadb'], alternatives: MARIADB, fallback: ['mariadb'] },
  { names: ['postgres', 'postgresql'], alternatives: {}, fallback: ['psql'] },
  { names: ['curl'], alternatives: {}, fallback: ['curl', '--help'], entrypoint: 'curl' },
  { names: ['busybox', 'alpine', 'debian', 'ubuntu', 'bash', 'netshoot', 'toolbox', 'dnsutils'], alternatives: {}, fallback: ['sh'] },
];

/** `docker.io/library/mysql:8@sha256:…` -> `mysql`. */
export function imageName(image: string): string {
  const repository = image.replace(/@.*$/, '').replace(/:[^/]*$/, '');
  return repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
}

export function programOf(image: string): ImageProgram | undefined {
  const name = imageName(image);
  return ROWS.find((row) => row.names.includes(name));
}

/** The argument list of a container of a known image. `exists` tells whether a program can be found. */
export function imageCommand(
  program: ImageProgram,
  command: readonly string[],
  args: readonly string[],
  exists: (name: string) => boolean,
): string[] {
  let words = [...command, ...args];
  if (command.length === 0 && program.entrypoint && words.length > 0 && words[0] !== program.entrypoint)
    words = [program.entrypoint, ...words];
  if (words.length === 0) words = [...program.fallback];
  const [first = 'sh', ...rest] = words;
  const found = (program.alternatives[first] ?? [first]).find(exists) ?? first;
  return [found, ...rest, ...(isStatement(first, rest) ? [BATCH] : [])];
}

const BATCH = '--batch';

/** A statement on the command line is no session: the runbooks pipe its rows on (`-it … -e "SELECT uid …" | tail -n +2 | sort`), so they come bare. */
function isStatement(first: string, rest: readonly string[]): boolean {
  return (first === 'mysql' || first === 'mariadb') && rest.some((word) => /^(-e|--execute\b)/.test(word));
}

/** Whether what `imageCommand` returned talks with a person, and so may have the terminal its container asks for. */
export function isInteractive(argv: readonly string[]): boolean {
  return argv.at(-1) !== BATCH;
}
