import { loadConfiguration } from '@gatehouse/config';
import { compilePolicy } from '@gatehouse/governance';
import { allRules, createScanner } from '@gatehouse/secret-scanner';

/** What `npm run bench:detection` measures: the scanner and the shipped blocklist, as the checks use them. */
export async function detection(root: string) {
  const configuration = await loadConfiguration({ root, environment: { HOME: '/nonexistent' } });
  const { blocklist } = compilePolicy(configuration.services.governance, configuration);
  const scanner = createScanner();
  return {
    rules: allRules.map(({ pattern }) => pattern),
    scan: (text: string) => {
      const { findings, exhausted } = scanner.scan(text);
      return { found: findings.length > 0, exhausted, rules: findings.map((finding) => finding.rule) };
    },
    denies: (command: string) =>
      blocklist({
        action: 'Bash',
        tool: 'Bash',
        server: null,
        input: { command },
        cwd: '/home/maya/project',
        role: 'user',
        isAgent: false,
      }) !== null,
  };
}
