import { linesOf } from '../line.ts';
import type { CommandRule, RuleFamily } from '../rule.ts';

const LINES = linesOf('infrastructure_teardown', {
  'http-delete': 'It asks a service to delete something.',
});

/** Paths of well-known services that delete or stop by POST. */
const DELETING_PATH =
  /\/(?:doDelete|_delete_by_query|_shutdown|_close|delete_by_query|quitquitquit|exit|safeExit|kill|purge|drop|destroy|delete|remove_all|truncate|_flush_all|admin\/tsdb\/delete_series)(?:$|[/?#])/i;

const request: CommandRule = ({ name, args }, scene) => {
  const method = methodOf(name, args);
  const urls = args.filter((arg) => /^(?:https?:\/\/|\w[\w.-]*(?::\d+)?\/)/.test(arg));
  if (method === 'DELETE' || method === 'PURGE') scene.deny(LINES['http-delete']);
  const sends = method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
  if (sends && urls.some((url) => DELETING_PATH.test(url))) scene.deny(LINES['http-delete']);
  if (args.some((arg) => /^(?:X-HTTP-Method-Override|X-Method-Override):\s*DELETE/i.test(arg)))
    scene.deny(LINES['http-delete']);
};

function methodOf(name: string, args: readonly string[]): string {
  if (name === 'http' || name === 'https' || name === 'xh' || name === 'httpie') {
    return (args.find((arg) => !arg.startsWith('-')) ?? 'GET').toUpperCase();
  }
  for (const [at, arg] of args.entries()) {
    if (/^(?:-X|--request|--method|-Method)$/i.test(arg) || /^-[a-zA-Z]*X$/.test(arg))
      return (args[at + 1] ?? '').toUpperCase();
    const joined = /^(?:-[a-zA-Z]*X=?|--request=|--method=)([A-Za-z]+)$/.exec(arg);
    if (joined !== null) return joined[1]!.toUpperCase();
  }
  const posts = args.some(
    (arg) =>
      /^(?:-d|--data\S*|-F|--form\S*|--json|--post-data\S*|--post-file\S*)$/.test(arg) || /^-[df]./.test(arg),
  );
  return posts ? 'POST' : 'GET';
}

export const httpRules: readonly RuleFamily[] = [
  { programs: 'curl wget http https xh httpie invoke-restmethod invoke-webrequest irm iwr', rule: request },
  {
    programs: 'gh glab',
    rule: (command, scene) => {
      if (command.args[0] === 'api') request({ ...command, name: 'curl' }, scene);
    },
  },
];
