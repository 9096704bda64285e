import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { hookBody } from './hook-body.mjs';
import { median } from './median.mjs';

const REPETITIONS = 41;

/**
 * What the command form of the hook costs: the very command that `core hooks install` wrote into a client's settings,
 * from its start to its end with a decision of a running server, beside a Node of the same build that starts with an
 * empty script; in turns, which of them goes first changing. `environment` is that of the installation: its `HOME` has
 * the settings.
 */
export async function benchHook(environment) {
  const settings = JSON.parse(readFileSync(join(environment.HOME, '.claude/settings.json'), 'utf8'));
  const [{ command, args }] = settings.hooks.PreToolUse[0].hooks;
  const empty = join(environment.HOME, 'empty.cjs');
  writeFileSync(empty, '');
  const client = { ...environment, AI_AGENT: 'claude-code_2-1-330_agent' };
  const body = hookBody();
  const bare = () => timed(process.execPath, [empty], client, body);
  const hook = async () => {
    const { ms, answer } = await timed(command, args, client, body);
    // An allowed call of hooks that leave the client's own question to it.
    if (answer !== '{}') throw new Error(`the hook answered ${answer}`);
    return { ms };
  };
  const rounds = [];
  for (let i = -1; i < REPETITIONS; i += 1) {
    const round = {};
    for (const [name, one] of i % 2 === 0 ? Object.entries({ bare, hook }) : Object.entries({ hook, bare }))
      round[name] = (await one()).ms;
    if (i >= 0) rounds.push(round);
  }
  const more = median(rounds.map((round) => round.hook - round.bare));
  const start = median(rounds.map((round) => round.bare));
  return {
    claim: 'a hook in the command form, more than a bare start of Node',
    figure: `${more.toFixed(1)} ms, on ${start.toFixed(1)} ms`,
    target: '25 ms',
    met: more <= 25,
  };
}

async function timed(command, args, env, input) {
  const startedAt = performance.now();
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  // The empty script ends without having read it.
  child.stdin.on('error', () => undefined).end(input);
  const [answer, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`${args.at(-2) ?? command} exited with ${code}`);
  return { ms, answer };
}
