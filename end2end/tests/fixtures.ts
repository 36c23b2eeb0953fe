// What every test demands without saying so: a clean console, no error in the page,
// and no request that leaves this machine. Import `test` and `expect` from here.
import { expect, test as base } from '@playwright/test';

export { expect };

export const test = base.extend<{ expectedNoise: RegExp[]; quietBrowser: void }>({
  // Console messages that a test provokes on purpose, such as a page that is not found:
  // test.use({ expectedNoise: [/status of 404/] })
  expectedNoise: [[], { option: true }],

  quietBrowser: [
    async ({ context, expectedNoise }, use) => {
      const noise: string[] = [];

      context.on('console', (message) => {
        if (message.type() === 'error') noise.push(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => noise.push(`page error: ${error.error().stack ?? error.error()}`));
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        const isLocal = hostname === '127.0.0.1' || ['data:', 'blob:', 'about:'].includes(protocol);
        if (!isLocal) noise.push(`request to another host: ${request.url()}`);
      });

      await use();

      const unexpected = noise.filter((line) => !expectedNoise.some((pattern) => pattern.test(line)));
      expect(unexpected, 'console errors, page errors and requests to other hosts').toEqual([]);
    },
    { auto: true },
  ],
});
