import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';

/** A real browser of one person, with an authenticator that holds passkeys and knows its user. */
export interface PasskeyBrowser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whether the authenticator recognises who touches it, from now on. */
  verifiesUser(verifies: boolean): Promise<void>;
  /** Opens a one-time link and logs in by it. */
  loginByLink(url: string, email: string): Promise<void>;
  /** On the page of somebody who has just logged in. */
  addPasskey(name?: string): Promise<void>;
}

export async function aPasskeyBrowser(chromium: Browser, baseURL: string): Promise<PasskeyBrowser> {
  const context = await chromium.newContext({ baseURL });
  const page = await context.newPage();
  const device: CDPSession = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    context,
    page,
    async verifiesUser(isUserVerified) {
      await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    async loginByLink(url, email) {
      await page.goto(url);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText(email).waitFor();
    },
    async addPasskey(name = 'Laptop') {
      await page.getByLabel('Name of this device').fill(name);
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByText(name, { exact: true }).waitFor();
    },
  };
}
