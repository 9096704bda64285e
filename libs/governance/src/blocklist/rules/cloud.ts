import { linesOf } from '../line.ts';
import type { RuleFamily } from '../rule.ts';

const LINES = {
  ...linesOf('permission_opening', {
    'cloud-public': 'It opens something in a cloud to everyone, or to an administrator role.',
    'container-host-root': 'It gives a container the whole machine.',
  }),
};

const PUBLIC =
  /(?:^|[\s=:])(?:public-read(?:-write)?|allUsers|allAuthenticatedUsers|roles\/owner|cluster-admin)\b|\bAdministratorAccess\b/;
const OPENS = /\b(?:put|set|add|attach|create|authorize|ch|cp|sync|grant|assignment|anonymous)\b/;

export const cloudRules: readonly RuleFamily[] = [
  {
    programs: 'aws gcloud gsutil az kubectl oc doctl mc',
    rule: ({ args }, scene) => {
      if (/^(?:get|describe|list|ls)$/.test(args[0] ?? '')) return;
      const line = args.join(' ');
      const everywhere =
        args[1]?.startsWith('authorize-') === true && args.some((arg) => arg.includes('0.0.0.0/0'));
      if (everywhere || (PUBLIC.test(line) && OPENS.test(line))) scene.deny(LINES['cloud-public']);
    },
  },
  {
    programs: 'docker podman nerdctl',
    rule: ({ args }, scene) => {
      const mounts =
        args.some(
          (arg, at) =>
            /^(?:-v|--volume|--mount)$/.test(args[at - 1] ?? '') && /^\/:|source=\/,|src=\/,/.test(arg),
        ) || args.some((arg) => /^(?:-v\/:|--volume=\/:)/.test(arg));
      if (mounts) scene.deny(LINES['container-host-root']);
    },
  },
];
