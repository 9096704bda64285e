import { type Check, fail, pass } from './check.ts';

/** 4. Nothing that destroys, by the structure of the command and not by its name. */
export const checkBlocklist: Check = {
  rule: 'blocklist',
  run({ call, credential, policy, scripts }) {
    if (!credential.ok) return fail('token_invalid', 'The caller is unknown.', 'no principal');
    const { role, agentId } = credential.principal;
    const finding = policy.blocklist({
      action: call.action,
      tool: call.tool,
      server: call.server,
      input: call.input,
      cwd: call.cwd,
      role,
      isAgent: agentId !== null,
      ...(scripts === undefined ? {} : { scripts }),
    });
    if (finding === null) return pass('nothing destructive found');
    return fail('blocklisted', finding.summary, `${finding.category}: ${finding.line}`);
  },
};
