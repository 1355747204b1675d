/** The one definition of TenantRegistry: the CRD schema and the static type are derived from it. */
import { Type } from 'typebox';
import { conditions, decimal, int32, int64, listBy, mapOfText, oneOf, secretKey, text, time } from './schema.ts';

const interval = '^[0-9]+(s|m|h)$';

const tls = Type.Optional(
  Type.Object(
    {
      mode: oneOf(
        'disable sends everything in clear; require encrypts; verify-ca also checks who signed the certificate; verify-full also checks the host name.',
        ['disable', 'require', 'verify-ca', 'verify-full'],
        { default: 'disable' },
      ),
      caRef: Type.Optional(secretKey('The certificate authority to trust, in PEM.')),
      certRef: Type.Optional(secretKey('A client certificate, in PEM.')),
      keyRef: Type.Optional(secretKey('The key of the client certificate, in PEM.')),
    },
    { description: 'How the connection is protected.' },
  ),
);

const server = (name: string, port: number) => ({
  host: text(`Host name or address of the ${name} server.`, { minLength: 1 }),
  port: int32('Port of the server.', { default: port, minimum: 1, maximum: 65535 }),
  username: text('User to log in as.', { minLength: 1 }),
  passwordRef: Type.Optional(secretKey('The password, in a Secret of this namespace. Left out: no password.')),
  database: text('Database to read.', { minLength: 1 }),
});

const source = Type.Object(
  {
    type: oneOf('Which kind of database the rows are in.', ['mysql', 'postgresql', 'sqlite']),
    syncInterval: text(
      'How often the rows are read: one number with s, m or h. 0s: only when something changes or the sync annotation asks.',
      {
        default: '30s',
        pattern: interval,
      },
    ),
    queryTimeout: text('A read that takes longer is broken off; the tenants stay as they are.', { default: '60s', pattern: interval }),
    mysql: Type.Optional(
      Type.Object(
        {
          ...server('MySQL or MariaDB', 3306),
          table: text('Table or view, also as schema.table. Quoted by the operator.', { minLength: 1 }),
          tls,
        },
        { description: 'Where the rows are, for type mysql (MySQL or MariaDB).' },
      ),
    ),
    postgresql: Type.Optional(
      Type.Object(
        {
          ...server('PostgreSQL', 5432),
          schema: text('Schema of the table.', { default: 'public', minLength: 1 }),
          table: text('Table or view, also as schema.table. Quoted by the operator.', { minLength: 1 }),
          tls,
          notifyChannel: Type.Optional(
            text('A NOTIFY on this channel makes the registry sync at once. Polling goes on all the same.', { minLength: 1 }),
          ),
        },
        { description: 'Where the rows are, for type postgresql.' },
      ),
    ),
    sqlite: Type.Optional(
      Type.Object(
        {
          path: text('Path of the database file, as the operator sees it.', { minLength: 1 }),
          table: text('Table or view. Quoted by the operator.', { minLength: 1 }),
        },
        { description: 'Where the rows are, for type sqlite.' },
      ),
    ),
  },
  {
    description: 'The database that says which tenants exist.',
    'x-kubernetes-validations': [
      { rule: "self.type != 'mysql' || has(self.mysql)", message: 'spec.source.mysql is required when the type is mysql' },
      {
        rule: "self.type != 'postgresql' || has(self.postgresql)",
        message: 'spec.source.postgresql is required when the type is postgresql',
      },
      { rule: "self.type != 'sqlite' || has(self.sqlite)", message: 'spec.source.sqlite is required when the type is sqlite' },
    ],
  },
);

export const registrySpec = Type.Object(
  {
    source,
    valueMappings: Type.Object(
      {
        uid: text('Column with the identity of a tenant: a DNS label, unique among active rows.', { minLength: 1 }),
        hostOrUrl: Type.Optional(text('Column with the host name or URL of a tenant.')),
        activate: text('Column that says whether the row is an active tenant (1, true, yes).', { minLength: 1 }),
      },
      { description: 'Columns with a fixed meaning.' },
    ),
    extraValueMappings: Type.Optional(
      mapOfText('Further template variables: variable name to column. Values are readable by whoever may read Tenants.'),
    ),
    secretValueMappings: Type.Optional(
      mapOfText(
        'Secret template variables: variable name to column. Values are kept in a Secret owned by the Tenant, never in the Tenant.',
      ),
    ),
    deletionGuard: Type.Object(
      {
        maxPercent: int32('More removals than this share of the existing tenants are held, if they are also more than minTenants.', {
          default: 20,
          minimum: 0,
          maximum: 100,
        }),
        minTenants: int32('So many removals are never held for being too many.', { default: 5, minimum: 0 }),
        onEmptyResult: oneOf('What a read of no row at all means while tenants exist.', ['Hold', 'Delete'], { default: 'Hold' }),
        gracePeriod: text('How long a row must be away before its tenant is removed.', { default: '0s', pattern: interval }),
      },
      { description: 'Protects tenants from a table that is suddenly empty or wrong.', default: {} },
    ),
  },
  { description: 'Where tenants come from.' },
);

export const registryStatus = Type.Object(
  {
    observedGeneration: Type.Optional(int64('The generation that this status is about.')),
    referencingTemplates: Type.Optional(int32('Templates of the namespace that name this registry.')),
    desired: Type.Optional(int32('Tenants that should exist: templates times active rows, and those that rejected rows keep.')),
    ready: Type.Optional(int32('Tenants whose Ready condition is True.')),
    failed: Type.Optional(int32('Tenants that failed, or that could not be created. Tenants that are merely starting are pending.')),
    pending: Type.Optional(int32('Tenants that are neither ready nor failed yet.')),
    rejectedRows: Type.Optional(int32('Active rows that cannot become a tenant; the Ready condition and an event name them.')),
    lastSyncTime: Type.Optional(
      time('When the rows were last read with success; written at most once a minute while nothing else changes.'),
    ),
    lastSyncDurationSeconds: Type.Optional(decimal('How long that sync took.')),
    lastHandledSync: Type.Optional(text('The value of the sync annotation that was last acted on.')),
    deletionHold: Type.Optional(
      Type.Unsafe<null | {
        token: string;
        removals: number;
        existing: number;
        since: string;
        reason: 'EmptyResult' | 'TooMany';
        sample: string[];
      }>({
        type: 'object',
        nullable: true,
        description:
          'Deletions that wait for approval: annotate the registry with tenant.operator.kubernetes-tenants.org/approve-deletions=<token>.',
        required: ['token', 'removals', 'existing', 'since', 'reason', 'sample'],
        properties: {
          token: { type: 'string', description: 'Eight hex digits over the names; approves exactly these removals.' },
          removals: { type: 'integer', format: 'int32', description: 'How many tenants would be deleted.' },
          existing: { type: 'integer', format: 'int32', description: 'How many tenants exist.' },
          since: { type: 'string', format: 'date-time', description: 'Since when deletions are held.' },
          reason: { type: 'string', enum: ['EmptyResult', 'TooMany'], description: 'Why they are held.' },
          sample: { type: 'array', items: { type: 'string' }, description: 'Names of at most ten of them.' },
        },
      }),
    ),
    recentRemovals: Type.Optional(
      listBy(
        'Removals of the last 10 minutes; they count together with new ones.',
        Type.Object({ time: time('When.'), count: int32('How many.') }),
        'time',
      ),
    ),
    conditions,
  },
  { description: 'What the operator found.' },
);
