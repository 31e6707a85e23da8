import { createCloud } from '../../../src/sandbox/cloud.ts';
import type { Server } from '../contract.ts';

/** Our own: it has to keep every promise. */
export const sandbox: Server = {
  name: 'sandbox',
  optOuts: {},
  async start() {
    const cloud = await createCloud();
    return {
      endpoint: cloud.url,
      credentials: cloud.credentials,
      account: cloud.account,
      regions: ['eu-west-1', 'us-west-2'],
      plantFault: async (fault) => {
        const body = JSON.stringify(fault);
        const response = await fetch(`${cloud.url}/_holdfast/faults`, { method: 'POST', body });
        if (!response.ok) throw new Error(`the fault was refused: ${await response.text()}`);
      },
      close: () => cloud.close(),
    };
  },
};
