import { describe, expect, it } from 'vitest';
import { aCheckout } from '../../test/a-checkout.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { ConfigurationInvalid } from '../problem/configuration-invalid.ts';

describe('what a program leaves out of services/', () => {
  it('is not read, and the rest is', async () => {
    const { services } = await loadConfiguration({ ...aCheckout(), leaveOut: ['compliance'] });
    expect(services.frameworks.size).toBe(0);
    expect([...services.mcpServers.keys()]).toContain('filesystem');
  });

  it('may be wrong without stopping it, and stops whoever reads it', async () => {
    const checkout = aCheckout({ 'services/compliance/soc2.yaml': 'controls: nonsense\n' });
    await loadConfiguration({ ...checkout, leaveOut: ['compliance'] });
    await expect(loadConfiguration(checkout)).rejects.toThrow(ConfigurationInvalid);
  });
});
