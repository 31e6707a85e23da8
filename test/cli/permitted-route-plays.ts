import { expect } from 'vitest';
import { DESTINATION, HOME } from './pair-stage.ts';
import type { Play } from './permitted-play.ts';
import { leaveHome, withEveryCanary } from './permitted-routes.ts';

/** Of commands about access points. The way back is first: a change that was just made stands in the way of the next. */
export const ROUTE_PLAYS: Readonly<Record<'routes' | 'failback' | 'failover' | 'freeze', Play>> = {
  routes: {
    async act(run, stage) {
      await withEveryCanary(stage, async () => {
        const ended = await run('routes', 'orders');
        expect(ended.stderr).toBe('');
        expect(ended.stdout).not.toMatch(/denied|not authorized|not known/);
      });
      expect((await run('routes', 'orders', '--manifest', '00000001')).stderr).toContain('there is no manifest');
    },
  },
  failback: {
    prepare: leaveHome,
    async act(run, stage) {
      const asked = ['--accept-loss', 'unknown'];
      await withEveryCanary(stage, async () => run('failback', 'orders', '--dry-run', ...asked));
      const ended = await run('failback', 'orders', '--yes', ...asked);
      expect(ended.stdout).toContain('EFFECTIVE');
    },
  },
  failover: {
    async act(run, stage) {
      // An hour later: routes are not changed back and forth.
      const asked = ['--to', HOME[DESTINATION], '--accept-loss', 'unknown', '--ahead', '3600000'];
      await withEveryCanary(stage, async () => run('failover', 'orders', '--dry-run', ...asked));
      const ended = await run('failover', 'orders', '--yes', ...asked);
      expect(ended.stdout).toContain('EFFECTIVE');
    },
  },
  freeze: {
    async act(run) {
      const asked = ['--for', '1h', '--reason', 'load test'];
      expect(await run('freeze', 'orders', ...asked)).toMatchObject({ code: 0, stderr: '' });
      expect(await run('freeze', 'orders', '--off')).toMatchObject({ code: 0, stderr: '' });
    },
  },
};
