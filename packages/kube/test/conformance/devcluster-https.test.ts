import { ADMIN, DevCluster } from '@caretaker/devcluster';
import { createTransport, fixedCredentials, systemClock } from '@caretaker/kube';
import { runtimeConformance } from './suite.ts';

const cluster = new DevCluster({ tokens: [{ token: 'T', user: ADMIN }] });

runtimeConformance({
  name: 'devcluster over HTTPS',
  connect: async () => {
    const { url, caPem } = await cluster.listen();
    const config = {
      server: url,
      namespace: 'default',
      certificateAuthority: () => caPem,
      insecureSkipTlsVerify: false,
      credentials: fixedCredentials({ authorization: 'Bearer T' }),
    };
    return createTransport(config, { clock: systemClock });
  },
  close: () => cluster.close(),
});
